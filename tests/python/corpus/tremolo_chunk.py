"""A tremolo with a triangle, the same for all channels, and a smoother for each."""

import numpy as np


class TremoloChunk:
    def __init__(self, rate_hz: float = 40.0, depth: float = 0.7):
        self.rate_hz = rate_hz
        self.depth = depth
        self.phase = 0.0
        self.smooth = [0.0] * 2

    def process(self, data):
        samples, sample_rate = data
        out = np.empty_like(samples)
        step = 2.0 * self.rate_hz / sample_rate
        for i in range(samples.shape[1]):
            self.phase += step
            if self.phase > 1.0:
                self.phase -= 2.0
            gain = 1.0 - self.depth * abs(self.phase)
            for c in range(samples.shape[0]):
                self.smooth[c] = 0.9 * self.smooth[c] + 0.1 * float(samples[c, i])
                out[c, i] = self.smooth[c] * gain
        return out, sample_rate
