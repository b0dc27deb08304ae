"""A smoother that gathers its results in a list."""

import numpy as np


class SmootherNode:
    def __init__(self, amount=0.5):
        self.amount = amount
        self.last = 0.0

    def process(self, data):
        audio, rate = data
        out = []
        for sample in audio[0]:
            self.last = self.amount * self.last + (1.0 - self.amount) * float(sample)
            out.append(self.last)
        return np.array(out, dtype=np.float32).reshape(1, -1), rate
