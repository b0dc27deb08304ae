import numpy as np

from remotemedia.core.node import Node


class NormalizeNode(Node):
    """Scales each chunk so that its peak is at the target; silence stays silent."""

    def __init__(self, target: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.target = target

    def process(self, data):
        samples, sample_rate = data
        peak = np.max(np.abs(samples))
        if peak < 1e-8:
            return data
        return samples / peak * self.target, sample_rate
