"""`finally` on every way out: the end of a block, `return`, `break`, `continue`, and exceptions that pass."""


class Finally:
    def __init__(self):
        self.depth = 0
        self.log = []

    def step(self, item):
        self.depth += 1
        try:
            if item == "stop":
                return "stopped"
            if item == "bad":
                raise RuntimeError("bad step")
            self.log.append(item)
        finally:
            self.depth -= 1
            self.log.append(f"left {item}")
        return self.depth

    def process(self, items):
        seen = []
        total = 0
        for item in items:
            try:
                try:
                    if item == "skip":
                        continue
                    if item == "break":
                        break
                    seen.append(self.step(item))
                    total = total + item
                finally:
                    seen.append("inner")
            except TypeError as error:
                seen.append(type(error).__name__)
                total += 1
            except RuntimeError as error:
                seen.append(f"{error!s}")
                if total > 10:
                    raise
            finally:
                total += 0.5
        else:
            seen.append("all")
        return {"seen": seen, "total": total, "depth": self.depth, "log": self.log[-3:]}
