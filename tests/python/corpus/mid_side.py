import numpy as np

from remotemedia.core.node import Node


class MidSideNode(Node):
    """Stereo width."""

    def __init__(self, width: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.width = width

    def process(self, data):
        samples, rate = data
        if samples.shape[0] != 2:
            raise ValueError("mid/side needs two channels")
        left, right = samples[0], samples[1]
        mid = (left + right) * 0.5
        side = (left - right) * 0.5 * self.width
        return np.stack([mid + side, mid - side]), rate
