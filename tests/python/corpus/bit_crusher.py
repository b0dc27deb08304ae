import math

from remotemedia.core.node import Node


class BitCrusher(Node):
    """Fewer bits, fewer samples."""

    def __init__(self, bits: int = 8, hold: int = 1, **kwargs):
        super().__init__(**kwargs)
        self.levels = 2 ** (bits - 1)
        self.hold = hold
        self.position = 0
        self.held = 0.0

    def process(self, sample: float) -> float:
        if self.position % self.hold == 0:
            self.held = math.floor(sample * self.levels + 0.5) / self.levels
        self.position += 1
        return self.held
