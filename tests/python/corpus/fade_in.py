import numpy as np

from remotemedia.core.node import Node


class FadeInNode(Node):
    def __init__(self, seconds: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.seconds = seconds
        self.done = 0

    def process(self, data):
        samples, rate = data
        total = int(self.seconds * rate)
        n = samples.shape[1]
        if self.done < total:
            ramp = (self.done + np.arange(n)) / total
            ramp = np.minimum(ramp, 1.0).astype(np.float32)
            samples = samples * ramp
        self.done += n
        return samples, rate
