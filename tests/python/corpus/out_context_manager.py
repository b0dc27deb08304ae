from contextlib import contextmanager

from remotemedia.core.node import Node


class Scope:
    def __init__(self, log, name):
        self.log, self.name = log, name

    def __enter__(self):
        self.log.append(f"enter {self.name}")
        return self

    def __exit__(self, kind, error, trace):
        self.log.append(f"exit {self.name}" + (f" after {kind.__name__}" if kind else ""))
        return kind is LookupError


@contextmanager
def section(log, title):
    log.append(f"<{title}>")
    try:
        yield title.upper()
    finally:
        log.append(f"</{title}>")


class ScopedNode(Node):
    def process(self, data):
        log = []
        for name in data:
            with Scope(log, name), section(log, "s") as title:
                if name == "fail":
                    raise LookupError(name)
                log.append(f"{title}:{name}")
        return log
