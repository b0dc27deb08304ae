import math

from remotemedia.core.node import Node


class CompressorNode(Node):
    """Feed-forward compressor with a soft knee."""

    def __init__(self, threshold_db=-20.0, ratio=3.0, knee_db=0.0, makeup_db=0.0, attack=0.02, release=0.002, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold_db
        self.slope = 1.0 / ratio - 1.0
        self.knee = knee_db
        self.makeup = makeup_db
        self.attack = attack
        self.release = release
        self.reduction = 0.0

    def gain_computer(self, level_db: float) -> float:
        over = level_db - self.threshold
        if 2.0 * over < -self.knee:
            return 0.0
        if self.knee > 0.0 and 2.0 * abs(over) <= self.knee:
            return self.slope * (over + self.knee / 2.0) ** 2 / (2.0 * self.knee)
        return self.slope * over

    def process(self, sample: float) -> float:
        level_db = 20.0 * math.log10(max(abs(sample), 1e-6))
        target = self.gain_computer(level_db)
        speed = self.attack if target < self.reduction else self.release
        self.reduction += speed * (target - self.reduction)
        return sample * 10.0 ** ((self.reduction + self.makeup) / 20.0)
