import math
from dataclasses import dataclass

from remotemedia.core.node import Node


@dataclass
class Stats:
    """Welford's running mean and variance."""

    n: int = 0
    mean: float = 0.0
    m2: float = 0.0

    def add(self, x: float) -> None:
        self.n += 1
        delta = x - self.mean
        self.mean += delta / self.n
        self.m2 += delta * (x - self.mean)

    @property
    def variance(self) -> float:
        return self.m2 / (self.n - 1) if self.n > 1 else 0.0


class RunningStatsNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.stats = Stats()

    def process(self, data):
        x = data["value"] if isinstance(data, dict) else data
        if not isinstance(x, (int, float)):
            self.logger.warning(f"ignored {x!r}")
            return None
        self.stats.add(x)
        return {
            "n": self.stats.n,
            "mean": self.stats.mean,
            "variance": self.stats.variance,
            "std": math.sqrt(self.stats.variance),
        }

    def flush(self):
        return self.stats
