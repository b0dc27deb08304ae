"""Biquads after the Audio EQ Cookbook, transposed direct form II."""

import math

from remotemedia.core.node import Node


class BiquadNode(Node):
    def __init__(self, kind="lowpass", frequency=1000.0, q=0.7071, gain_db=0.0, sample_rate=48000, **kwargs):
        super().__init__(**kwargs)
        w = 2.0 * math.pi * frequency / sample_rate
        cos_w, alpha = math.cos(w), math.sin(w) / (2.0 * q)
        if kind == "lowpass":
            b = [(1 - cos_w) / 2, 1 - cos_w, (1 - cos_w) / 2]
            a = [1 + alpha, -2 * cos_w, 1 - alpha]
        elif kind == "highpass":
            b = [(1 + cos_w) / 2, -(1 + cos_w), (1 + cos_w) / 2]
            a = [1 + alpha, -2 * cos_w, 1 - alpha]
        elif kind == "peak":
            amp = 10 ** (gain_db / 40)
            b = [1 + alpha * amp, -2 * cos_w, 1 - alpha * amp]
            a = [1 + alpha / amp, -2 * cos_w, 1 - alpha / amp]
        else:
            raise ValueError(f"unknown filter: {kind}")
        self.b0, self.b1, self.b2 = [x / a[0] for x in b]
        self.a1, self.a2 = a[1] / a[0], a[2] / a[0]
        self.z1 = 0.0
        self.z2 = 0.0

    def process(self, x: float) -> float:
        y = self.b0 * x + self.z1
        self.z1 = self.b1 * x - self.a1 * y + self.z2
        self.z2 = self.b2 * x - self.a2 * y
        return y
