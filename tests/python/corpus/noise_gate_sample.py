from remotemedia.core.node import Node

CLOSED, OPENING, OPEN, CLOSING = 0, 1, 2, 3


class NoiseGate(Node):
    """Opens above the threshold, holds, closes; ramps linearly between."""

    def __init__(self, threshold=0.02, hold=100, ramp=32, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold
        self.hold = hold
        self.step = 1.0 / ramp
        self.state = CLOSED
        self.gain = 0.0
        self.left = 0

    def process(self, sample: float) -> float:
        loud = abs(sample) >= self.threshold
        if loud:
            self.left = self.hold
            if self.state == CLOSED or self.state == CLOSING:
                self.state = OPENING
        elif self.left > 0:
            self.left -= 1
        elif self.state == OPEN or self.state == OPENING:
            self.state = CLOSING

        if self.state == OPENING:
            self.gain += self.step
            if self.gain >= 1.0:
                self.gain = 1.0
                self.state = OPEN
        elif self.state == CLOSING:
            self.gain -= self.step
            if self.gain <= 0.0:
                self.gain = 0.0
                self.state = CLOSED
        return sample * self.gain
