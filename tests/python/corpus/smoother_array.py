"""A smoother with its states in an array, which computes in float64."""

import numpy as np


class ArraySmoother:
    def __init__(self, amount=0.25):
        self.amount = amount
        self.levels = None

    def process(self, data):
        samples, rate = data
        if self.levels is None:
            self.levels = np.zeros(samples.shape[0])
        out = np.zeros(samples.shape)
        for c in range(samples.shape[0]):
            level = self.levels[c]
            for i in range(samples.shape[1]):
                level = level + self.amount * (float(samples[c, i]) - level)
                out[c, i] = level
            self.levels[c] = level
        return out.astype(np.float32), rate
