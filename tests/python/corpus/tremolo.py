import math

from remotemedia.core.node import Node

TWO_PI = 2 * math.pi


class TremoloNode(Node):
    def __init__(self, rate_hz: float = 5.0, depth: float = 0.5, sample_rate: int = 48000, **kwargs):
        super().__init__(**kwargs)
        self.depth = min(max(depth, 0.0), 1.0)
        self.increment = TWO_PI * rate_hz / sample_rate
        self.phase = 0.0

    def process(self, sample: float) -> float:
        lfo = 0.5 * (1.0 + math.sin(self.phase))
        self.phase += self.increment
        if self.phase >= TWO_PI:
            self.phase -= TWO_PI
        return sample * (1.0 - self.depth * lfo)
