"""Loops over numbers whose types change from one chunk to the next: states that begin as floats and go on as NumPy's, or as `None`."""

import numpy as np


class LoopLoose:
    def __init__(self, alpha=0.25):
        self.alpha = alpha
        self.smooth = 0.0
        self.level = 0.0
        self.is_open = False
        self.peak = None
        self.mixed = 0
        self.last = None

    def settle(self, x):
        self.mixed = self.mixed + x if self.mixed < 3 else 0
        return self.mixed

    def process(self, data):
        samples, rate = data
        out = np.zeros_like(samples)
        first = None
        for i in range(samples.shape[1]):
            y = self.alpha * samples[0, i] + (1 - self.alpha) * self.smooth
            self.smooth = y
            self.level = max(abs(y), 0.9 * self.level) if y > 0 else self.level * 0.9
            is_open = self.level > 0.2
            if is_open and not self.is_open:
                yield {"open": i, "level": float(self.level)}
            if is_open != self.is_open and first is None:
                first = i
            self.is_open = is_open
            if self.peak is None or y > self.peak:
                self.peak = y
            out[0, i] = -y if self.last is None else y - self.last
            self.last = y
        yield {"first": first, "peak": float(self.peak), "last": float(self.last)}
        total = 0
        for i in range(6):
            total += i if i < 3 else i * 0.5
            if i == 4:
                total = total + samples[0, i % samples.shape[1]]
            self.settle(i)
        best = None
        for x in samples[0][: samples.shape[1] - 7]:
            if best is None or x < best:
                best = x
        z = None
        for i in range(samples.shape[1] - 60):
            z = samples[-1, i] * 2
            z = abs(-z)
        yield {"total": float(total), "mixed": self.mixed, "best": None if best is None else float(best)}
        yield [z is None, None if z is None else float(z)]
        count = self.mixed
        while count < 10:
            count += 1
            if count == 7:
                count = count / 2 + 5
        yield [count, self.mixed]
        yield out, rate
