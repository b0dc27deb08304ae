import math

from remotemedia.core.node import Node


class OnePoleLowpass(Node):
    """y += a * (x - y)"""

    def __init__(self, cutoff: float, sample_rate: int = 48000, **kwargs):
        super().__init__(**kwargs)
        self.a = 1.0 - math.exp(-2.0 * math.pi * cutoff / sample_rate)
        self.y = 0.0

    def process(self, sample: float) -> float:
        self.y += self.a * (sample - self.y)
        return self.y
