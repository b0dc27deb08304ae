import math
from collections import deque

import numpy as np

from remotemedia.core.node import Node


class MovingRmsNode(Node):
    """RMS over the last samples, one value a sample, by a plain loop."""

    def __init__(self, window: int = 128, **kwargs):
        super().__init__(**kwargs)
        self.window = window
        self.squares = deque([0.0] * window, maxlen=window)
        self.total = 0.0

    def process(self, data):
        samples, rate = data
        out = np.empty(samples.shape[1], dtype=np.float32)
        for i in range(samples.shape[1]):
            square = float(samples[0, i]) ** 2
            self.total += square - self.squares.popleft()
            self.squares.append(square)
            out[i] = math.sqrt(max(self.total, 0.0) / self.window)
        return out, rate
