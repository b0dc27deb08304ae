import numpy as np

from remotemedia.core.node import Node


class AudioGainNode(Node):
    def __init__(self, gain: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.gain = gain

    def process(self, data):
        samples, sample_rate = data
        return samples * np.float32(self.gain), sample_rate
