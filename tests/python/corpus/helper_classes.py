"""A reverberation of combs and all-passes: classes of the file, in lists, with methods of the same name."""


class Line:
    def __init__(self, size, fill=0.0):
        self.data = [fill] * size
        self.at = 0

    def push(self, x):
        old = self.data[self.at]
        self.data[self.at] = x
        self.at = (self.at + 1) % len(self.data)
        return old

    @property
    def is_full(self):
        return self.at == 0


class Comb:
    def __init__(self, size, gain):
        super().__init__()
        self.line = Line(size)
        self.gain = gain

    def tick(self, x):
        y = self.line.push(x)
        self.line.data[self.line.at - 1] += y * self.gain
        return y


class AllPass:
    def __init__(self, size):
        self.line = Line(size)

    def tick(self, x, gain=0.5):
        y = self.line.push(x)
        self.line.data[self.line.at - 1] += y * gain
        return y - gain * x


class ReverbNode:
    def __init__(self, wet: float = 0.4):
        self.wet = wet
        self.combs = [Comb(31, 0.8), Comb(37, 0.7)]
        self.chain = [AllPass(7), Comb(3, 0.1), AllPass(5)]
        self.dry = Line(5)

    def process(self, sample: float) -> float:
        y = sum(c.tick(sample) for c in self.combs)
        for stage in self.chain:
            y = stage.tick(y)
        pulse = 0.125 if self.dry.is_full else 0.0
        return self.dry.push(sample) * (1 - self.wet) + y * self.wet + pulse
