import numpy as np


class SaturationNode:
    """Warm clipping, by elementary functions."""

    def __init__(self, amount=4.0, mix=0.6):
        self.amount = amount
        self.mix = mix

    def process(self, data):
        samples, rate = data
        wet = np.tanh(self.amount * samples) + 0.1 * np.sin(np.multiply(samples, 3))
        curve = np.exp(-np.abs(samples)) - np.log(np.add(np.abs(samples), 1.0)) + np.log2(2 + samples) - np.log10(samples + 3)
        return self.mix * wet + (1.0 - self.mix) * curve * np.cos(samples), rate
