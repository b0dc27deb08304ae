"""Peaks brought to a level, with the limits of the number types: `finfo`, `iinfo`."""

import numpy as np


class Normalise:
    def __init__(self, level=0.9):
        self.level = level
        self.eps = np.finfo(np.float32).eps

    def process(self, data):
        samples, rate = data
        peak = np.max(np.abs(samples))
        if peak < np.finfo(np.float32).tiny:
            return samples, rate
        scale = self.level / (peak + self.eps)
        words = np.clip(samples * scale * np.iinfo(np.int16).max, np.iinfo(np.int16).min, np.iinfo(np.int16).max)
        return (words / 32768.0).astype(np.float32), rate

