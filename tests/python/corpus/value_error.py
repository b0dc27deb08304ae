"""Lets no bad reading pass."""

from remotemedia.core.node import Node


class ValidateNode(Node):
    def __init__(self, limit: float = 10.0, **kwargs):
        super().__init__(**kwargs)
        self.limit = limit
        self.accepted = 0

    def _check(self, ident: int, level: float) -> float:
        if abs(level) > self.limit:
            raise ValueError(
                f"reading {ident} out of range: |{level}| > {self.limit}"
            )
        return level

    async def process(self, data):
        level = self._check(data["id"], float(data["level"]))
        self.accepted += 1
        yield {"accepted": self.accepted, "level": level}
        yield {"scaled": level / self.limit}

    def flush(self):
        return "not reached"
