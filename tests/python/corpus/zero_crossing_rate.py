import numpy as np

from remotemedia.core.node import Node


class ZeroCrossingRateNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.last = 0.0

    def process(self, data):
        samples, sample_rate = data
        x = samples[0] if samples.ndim > 1 else samples
        signs = x >= 0
        crossings = int(np.count_nonzero(signs[1:] != signs[:-1]))
        if (self.last >= 0) != (x[0] >= 0):
            crossings += 1
        self.last = float(x[-1])
        rate = crossings / len(x)
        return {"crossings": crossings, "rate": rate, "hz": rate * sample_rate / 2, "voiced": bool(rate < 0.1)}
