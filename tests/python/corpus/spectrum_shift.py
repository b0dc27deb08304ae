"""Zero frequency in the middle, and back."""

import numpy as np

from remotemedia.core.node import Node


class SpectrumShiftNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def process(self, data):
        values = np.array(data["values"], dtype=np.float64)
        middle = np.fft.fftshift(values)
        return {"middle": middle.tolist(), "back": np.fft.ifftshift(middle).tolist(), "turned": np.roll(values, 2).tolist()}
