"""What lists and deques hold: numbers of one type, of several, and through a second name."""

from collections import deque

from remotemedia.core.node import Node


class OwnListsNode(Node):
    def __init__(self, width: int = 3, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.levels = None
        self.counts = [0] * width
        self.recent = deque(maxlen=width)
        self.line = deque([0.0] * width)
        self.mixed = [0, 0.5]
        self.shared = [0.0, 0.0]
        self.sliced = [0.0] * 4
        self.late = []
        self.grown = [0.0]
        self.kept = [1.0, 2.0]

    def reset(self):
        self.late = []
        self.grown = self.grown[-2:]

    def process(self, data):
        if self.levels is None:
            self.levels = [0.0] * self.width
        x = float(data["x"])
        at = data["at"]
        self.levels[at] += 0.5 * (x - self.levels[at])
        level = self.levels[at]
        self.counts[at] += 1
        self.recent.append(x)
        oldest = self.line.popleft()
        self.line.append(x)
        self.mixed[at % 2] = x if at else data["at"]
        first = self.mixed[0]
        other = self.shared
        other[0] = data["x"]
        self.sliced[1:3] = [at, x]
        total = 0.0
        for value in self.recent:
            total += value
        self.late.append(x * 2)
        self.grown.append(level)
        if len(self.late) > 3:
            self.reset()
        last = self.late[-1] if self.late else None
        peak = max(self.grown)
        kept = [k * x for k in self.kept]
        self.kept = kept if data.get("keep") else self.kept
        yield {
            "level": level,
            "count": self.counts[at],
            "oldest": oldest,
            "first": first,
            "shared": self.shared[0],
            "sliced": self.sliced[1],
            "total": total,
            "last": last,
            "peak": peak,
            "kept": self.kept[0] + 1,
            "sum": self.counts[0] + self.counts[-1],
        }
        if x < 0:
            self.levels.pop()
