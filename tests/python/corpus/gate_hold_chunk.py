"""A gate that stays open for a while, with a counter and a gain for each channel."""

import numpy as np

from remotemedia import Node


class GateHoldNode(Node):
    def __init__(self, threshold: float = 0.3, hold: int = 100, speed: float = 0.05, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold
        self.hold = hold
        self.speed = speed
        self.left = [0, 0]
        self.gain = [0.0, 0.0]

    def process(self, data):
        samples, rate = data
        out = np.copy(samples)
        for ch, row in enumerate(samples):
            for i, x in enumerate(row.tolist()):
                if abs(x) > self.threshold:
                    self.left[ch] = self.hold
                elif self.left[ch] > 0:
                    self.left[ch] -= 1
                target = 1.0 if self.left[ch] > 0 else 0.0
                self.gain[ch] += self.speed * (target - self.gain[ch])
                out[ch, i] *= self.gain[ch]
        return out, rate
