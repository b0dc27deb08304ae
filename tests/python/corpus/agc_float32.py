"""Levels the volume in numbers of NumPy: float32 from the second sample on, and 0 before."""

import numpy as np


class LevellerNode:
    def __init__(self, fall=0.99, floor=1e-3):
        self.fall = fall
        self.floor = floor
        self.peak = 0

    def process(self, data):
        samples, rate = data
        out = np.zeros_like(samples)
        for i in range(samples.shape[1]):
            level = abs(samples[0, i])
            if level > self.peak:
                self.peak = level
            else:
                self.peak = self.peak * self.fall
            out[0, i] = samples[0, i] / (self.peak + self.floor)
        return out * 0.5, rate
