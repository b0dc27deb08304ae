import numpy as np

from remotemedia.core.node import Node


class StereoToMonoNode(Node):
    def process(self, data):
        samples, rate = data
        if samples.ndim == 1 or samples.shape[0] == 1:
            return samples, rate
        mono = samples.mean(axis=0)
        return mono, rate
