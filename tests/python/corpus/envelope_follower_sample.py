"""Peak envelope with separate attack and release."""

from math import exp

from remotemedia.core.node import Node


def coefficient(ms: float, rate: float) -> float:
    return exp(-1.0 / (0.001 * ms * rate))


class EnvelopeFollower(Node):
    def __init__(self, attack_ms: float = 5.0, release_ms: float = 50.0, sample_rate: int = 48000, **kwargs):
        super().__init__(**kwargs)
        self.attack = coefficient(attack_ms, sample_rate)
        self.release = coefficient(release_ms, sample_rate)
        self.envelope = 0.0

    def process(self, sample: float) -> float:
        level = abs(sample)
        k = self.attack if level > self.envelope else self.release
        self.envelope = level + k * (self.envelope - level)
        return self.envelope
