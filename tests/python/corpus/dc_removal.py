import numpy as np

from remotemedia.core.node import Node


class DCRemovalNode(Node):
    def process(self, data):
        samples, rate = data
        offset = np.mean(samples, axis=1, keepdims=True)
        out = samples - offset
        assert out.shape == samples.shape and out.dtype == np.float32
        return (out, rate)
