import numpy as np

from remotemedia.core.node import Node


class ChunkDelayNode(Node):
    def __init__(self, delay_ms: float = 100.0, **kwargs):
        super().__init__(**kwargs)
        self.delay_ms = delay_ms
        self.tail = None
        self.rate = None

    def process(self, data):
        samples, rate = data
        if self.tail is None:
            frames = int(rate * self.delay_ms / 1000)
            self.tail = np.zeros((samples.shape[0], frames), dtype=samples.dtype)
            self.rate = rate
        joined = np.concatenate([self.tail, samples], axis=1)
        n = samples.shape[1]
        self.tail = joined[:, n:]
        return joined[:, :n], rate

    def flush(self):
        if self.tail is not None and self.tail.size:
            return self.tail, self.rate
