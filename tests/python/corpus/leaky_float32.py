"""A leaky integrator that stays in the float32 of its samples, though its state begins as a float."""

import numpy as np


class LeakyIntegrator:
    def __init__(self, leak=0.9, channels=2):
        self.leak = leak
        self.state = [0.0] * channels

    def process(self, data):
        samples, rate = data
        out = np.zeros(samples.shape, dtype=np.float32)
        for ch in range(samples.shape[0]):
            for n in range(samples.shape[1]):
                self.state[ch] = samples[ch, n] + self.leak * self.state[ch]
                if abs(self.state[ch]) > 4.0:
                    self.state[ch] = 0.0
                out[ch, n] = self.state[ch]
        return out, rate
