"""A soft clipper in a method, and what removes the direct current that it makes."""

import numpy as np

from remotemedia.core.node import Node


class DcServoNode(Node):
    def __init__(self, drive: float = 2.0, **kwargs):
        super().__init__(**kwargs)
        self.drive = drive
        self.dc = 0.0

    def shape(self, x):
        y = x * self.drive + 0.2
        if y > 1.0:
            return 1.0
        if y < -1.0:
            return -1.0
        return y - y * y * y / 3.0

    def process(self, data):
        samples, rate = data
        y = np.empty_like(samples[0])
        for i, sample in enumerate(samples[0]):
            value = self.shape(float(sample))
            self.dc += 0.001 * (value - self.dc)
            y[i] = value - self.dc
        return y[np.newaxis, :], rate
