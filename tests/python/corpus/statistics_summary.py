import math
from typing import Dict, List, Optional

from remotemedia.core.node import Node


class StatisticsNode(Node):
    def process(self, data: List[float]) -> Optional[Dict[str, float]]:
        n = len(data)
        if n == 0:
            return None
        mean = sum(data) / n
        variance = sum((x - mean) ** 2 for x in data) / n
        std = math.sqrt(variance)
        ordered = sorted(data)
        middle = n // 2
        median = ordered[middle] if n % 2 else 0.5 * (ordered[middle - 1] + ordered[middle])
        skew = sum((x - mean) ** 3 for x in data) / (n * std**3) if std > 0 else 0.0
        positive = [x for x in data if x > 0]
        return {
            "n": n,
            "mean": mean,
            "std": std,
            "median": median,
            "skew": skew,
            "exact_sum": math.fsum(data),
            "rms": math.sqrt(math.fsum(x * x for x in data) / n),
            "geometric": math.exp(sum(math.log(x) for x in positive) / len(positive)) if positive else 0.0,
            "range": ordered[-1] - ordered[0],
            "same": math.isclose(ordered[0], ordered[-1]),
        }
