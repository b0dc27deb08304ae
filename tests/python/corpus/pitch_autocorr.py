"""Pitch by autocorrelation."""

import numpy as np

from remotemedia.core.node import Node


class PitchNode(Node):
    def __init__(self, low_hz=60.0, high_hz=500.0, min_strength=0.3, **kwargs):
        super().__init__(**kwargs)
        self.low_hz = low_hz
        self.high_hz = high_hz
        self.min_strength = min_strength

    def process(self, data):
        samples, rate = data
        x = samples[0].astype(np.float64)
        x = x - x.mean()
        energy = float(np.dot(x, x))
        if energy < 1e-6:
            return {"pitch": None, "strength": 0.0}
        shortest = int(rate / self.high_hz)
        longest = min(int(rate / self.low_hz), len(x) - 1)
        best_lag, best = 0, 0.0
        for lag in range(shortest, longest + 1):
            r = float(np.sum(x[lag:] * x[:-lag])) / energy
            if r > best:
                best_lag, best = lag, r
        if best < self.min_strength:
            return {"pitch": None, "strength": best}
        return {"pitch": rate / best_lag, "lag": best_lag, "strength": best}
