"""A level that is guarded, and samples that are checked: exceptions in numbers."""

import math

import numpy as np


class GuardedLevel:
    def __init__(self, floor_db=-60.0):
        self.floor_db = floor_db
        self.silent = 0

    def process(self, data):
        samples, rate = data
        rms = float(np.sqrt(np.mean(samples**2)))
        try:
            level = 20 * math.log10(rms)
        except ValueError:
            self.silent += 1
            level = self.floor_db
        peak = 0.0
        for x in samples[0, :64]:
            try:
                peak = max(peak, math.sqrt(float(x)))
            except ValueError as error:
                if "domain" not in str(error):
                    raise
                peak = peak * 0.99
        return {"level": round(max(level, self.floor_db), 6), "silent": self.silent, "peak": round(peak, 6)}
