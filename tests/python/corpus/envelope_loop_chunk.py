import numpy as np

from remotemedia.core.node import Node


class ChunkEnvelopeNode(Node):
    def __init__(self, attack: float = 0.1, release: float = 0.001, **kwargs):
        super().__init__(**kwargs)
        self.attack = attack
        self.release = release
        self.levels = None

    def process(self, data):
        samples, rate = data
        channels = samples.shape[0]
        if self.levels is None:
            self.levels = [0.0] * channels
        out = np.zeros_like(samples)
        for c in range(channels):
            level = self.levels[c]
            for i, x in enumerate(samples[c]):
                x = abs(float(x))
                if x > level:
                    level += self.attack * (x - level)
                else:
                    level += self.release * (x - level)
                out[c, i] = level
            self.levels[c] = level
        return out, rate
