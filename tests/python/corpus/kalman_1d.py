from dataclasses import dataclass

from remotemedia.core.node import Node


@dataclass
class Estimate:
    x: float
    p: float
    gain: float = 0.0


class Kalman1DNode(Node):
    """Kalman filter for a constant value; a missing measurement only predicts."""

    def __init__(self, process_noise: float = 1e-3, measurement_noise: float = 0.1, **kwargs):
        super().__init__(**kwargs)
        self.q = process_noise
        self.r = measurement_noise
        self.estimate = Estimate(x=0.0, p=1.0)

    def _update(self, e: Estimate, z: float) -> Estimate:
        k = e.p / (e.p + self.r)
        return Estimate(e.x + k * (z - e.x), (1 - k) * e.p, k)

    def process(self, z) -> Estimate:
        self.estimate.p += self.q
        if z is not None:
            self.estimate = self._update(self.estimate, z)
        return self.estimate
