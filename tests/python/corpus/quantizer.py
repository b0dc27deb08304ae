import math

from remotemedia.core.node import Node


class QuantizerNode(Node):
    def __init__(self, step: float = 1.0, lo: float = -1.0, hi: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.step = step
        self.lo = lo
        self.hi = hi

    def process(self, x: float) -> dict:
        clamped = min(max(x, self.lo), self.hi)
        return {
            "nearest": round(clamped / self.step) * self.step,
            "floor": math.floor(clamped / self.step),
            "ceil": math.ceil(clamped / self.step),
            "trunc": math.trunc(clamped / self.step),
            "half_up": math.floor(clamped / self.step + 0.5) * self.step,
            "error": round(x - clamped, 6),
            "code": int((clamped - self.lo) / self.step),
        }
