"""A low-pass in transposed direct form II that goes through each chunk, with a state for each channel."""

import math

import numpy as np

from remotemedia.core.node import Node


class BiquadChunkNode(Node):
    def __init__(self, cutoff: float = 1000.0, q: float = 0.7071, sample_rate: int = 48000, **kwargs):
        super().__init__(**kwargs)
        w = 2.0 * math.pi * cutoff / sample_rate
        alpha = math.sin(w) / (2.0 * q)
        a0 = 1.0 + alpha
        self.b0 = (1.0 - math.cos(w)) / 2.0 / a0
        self.b1 = (1.0 - math.cos(w)) / a0
        self.b2 = self.b0
        self.a1 = -2.0 * math.cos(w) / a0
        self.a2 = (1.0 - alpha) / a0
        self.z1 = None
        self.z2 = None

    async def process(self, data):
        samples, sample_rate = data
        channels, frames = samples.shape
        if self.z1 is None or len(self.z1) != channels:
            self.z1 = [0.0] * channels
            self.z2 = [0.0 for _ in range(channels)]
        out = np.zeros((channels, frames), dtype=np.float32)
        for ch in range(channels):
            z1, z2 = self.z1[ch], self.z2[ch]
            row = samples[ch]
            for n in range(frames):
                x = float(row[n])
                y = self.b0 * x + z1
                z1 = self.b1 * x - self.a1 * y + z2
                z2 = self.b2 * x - self.a2 * y
                out[ch][n] = y
            self.z1[ch], self.z2[ch] = z1, z2
        return out, sample_rate
