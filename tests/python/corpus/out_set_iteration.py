from remotemedia.core.node import Node


class SetNode(Node):
    """What is new, gone and seen; iterates over sets, in an order that does not show."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.previous = set()
        self.seen = frozenset()

    def process(self, data):
        current = {x for x in data if not isinstance(x, str)}
        total = 0
        for x in current:
            total += x
        new, gone = current - self.previous, self.previous - current
        self.seen |= current
        result = {
            "total": total,
            "new": sorted(new),
            "gone": sorted(gone),
            "changed": sorted(current ^ self.previous),
            "subset": current <= self.seen,
            "disjoint": current.isdisjoint(self.previous),
            "seen": len(self.seen),
        }
        self.previous = current
        return result
