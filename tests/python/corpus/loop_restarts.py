"""What begins anew with each chunk, and what looks at other samples than the present one."""

import numpy as np


class LoopRestarts:
    def __init__(self, amount=0.5):
        self.amount = amount
        self.shared = 0.0

    def process(self, data):
        samples, rate = data
        out = np.zeros_like(samples)
        for c in range(samples.shape[0]):
            level = 0.0
            for i in range(samples.shape[1]):
                level += self.amount * (float(samples[c, i]) - level)
                self.shared = 0.99 * self.shared + 0.01 * level
                out[c, i] = level + self.shared * float(samples[c, i - 1])
        return out, rate
