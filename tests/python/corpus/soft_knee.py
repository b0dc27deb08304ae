import numpy as np

from remotemedia.core.node import Node


class SoftKneeNode(Node):
    """Leaves quiet samples alone and bends loud ones towards full scale."""

    def __init__(self, threshold: float = 0.7, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold

    def process(self, data):
        samples, rate = data
        level = np.abs(samples)
        room = 1.0 - self.threshold
        over = (level - self.threshold) / room
        bent = self.threshold + room * over / (1.0 + over)
        out = np.where(level > self.threshold, np.sign(samples) * bent, samples)
        return out.astype(np.float32), rate
