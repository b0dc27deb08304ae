import numpy as np

from remotemedia.core.node import Node


class ChunkGateNode(Node):
    def __init__(self, threshold_db: float = -40.0, **kwargs):
        super().__init__(**kwargs)
        self.threshold = 10.0 ** (threshold_db / 20.0)
        self.gated = 0

    def process(self, data):
        samples, sample_rate = data
        if np.sqrt(np.mean(samples * samples)) < self.threshold:
            self.gated += 1
            return np.zeros_like(samples), sample_rate
        return samples, sample_rate

    def flush(self):
        yield {"gated_chunks": self.gated}
