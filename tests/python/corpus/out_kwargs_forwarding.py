from remotemedia.core.node import Node


class Formatter:
    def __init__(self, *, prefix="", sep=" "):
        self.prefix, self.sep = prefix, sep

    def __call__(self, *args, end="", sep=None, **named):
        parts = [str(a) for a in args] + [f"{k}={v!r}" for k, v in named.items()]
        return self.prefix + (sep or self.sep).join(parts) + end


class ForwardingNode(Node):
    def __init__(self, *args, **kwargs):
        options = {k: kwargs.pop(k) for k in ("prefix", "sep") if k in kwargs}
        super().__init__(*args, **kwargs)
        self.format = Formatter(**options)
        self.calls = 0

    def __getattr__(self, name):
        if name.startswith("config_"):
            return self.config.get(name[len("config_") :])
        raise AttributeError(name)

    def process(self, data):
        self.calls += 1
        defaults = dict(n=self.calls, extra=self.config_extra)
        return self.format(*data.get("args", ()), **{**defaults, **data.get("kwargs", {})})
