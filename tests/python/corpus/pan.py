import numpy as np

from remotemedia.core.node import Node


class PanNode(Node):
    """Constant power pan, mono to stereo; position from -1 (left) to 1."""

    def __init__(self, position: float = 0.0, **kwargs):
        super().__init__(**kwargs)
        angle = (position + 1) * np.pi / 4
        self.gains = np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)

    def process(self, data):
        samples, rate = data
        mono = samples if samples.ndim == 1 else samples.mean(axis=0)
        return self.gains[:, np.newaxis] * mono[np.newaxis, :], rate
