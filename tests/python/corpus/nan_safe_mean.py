import math

from remotemedia.core.node import Node


class NanSafeMeanNode(Node):
    """Mean of what is there; what is missing counts as NaN."""

    def to_number(self, x) -> float:
        if x is None:
            return math.nan
        return float(x)

    def process(self, data):
        values = [self.to_number(x) for x in data]
        known = [x for x in values if not math.isnan(x)]
        mean = sum(known) / len(known) if known else float("nan")
        yield {"mean": mean, "values": values, "missing": len(values) - len(known)}
        if math.isinf(mean):
            yield f"mean is {mean}"
        elif mean != mean:
            yield f"no mean ({mean:.2f})"
        else:
            yield f"mean is {mean:+.3g}, sign {math.copysign(1, mean):.0f}"
