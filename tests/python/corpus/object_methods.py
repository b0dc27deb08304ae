"""Methods and properties of objects with names that Python's own types have, too: which is called is known when it is."""

import math
from dataclasses import dataclass, field


@dataclass
class Statistics:
    values: list = field(default_factory=list)
    total: float = 0.0

    def add(self, value, weight=1):
        self.values.append(value)
        self.total += value * weight

    def update(self, total):
        self.total = total

    def pop(self):
        return self.values.pop()

    def copy(self):
        return Statistics(list(self.values), self.total)

    @property
    def std(self):
        count = len(self.values)
        mean = sum(self.values) / count
        return math.sqrt(sum((v - mean) ** 2 for v in self.values) / count)


class ObjectMethods:
    def __init__(self):
        self.known = {}
        self.seen = set()
        self.current = None

    def process(self, message):
        if self.current is None:
            self.current = Statistics()
        one = self.known.setdefault(message, Statistics())
        one.add(message, 2)
        self.current.add(message)
        self.seen.add(message)
        other = one.copy()
        for thing in [one, {1, 2}, other]:
            thing.add(5)
        if message == 2:
            self.known.update({"more": Statistics([1, 2])})
            self.current.update(7.5)
        deviations = [round(s.std, 6) for s in self.known.values()]
        return [one.total, other.total, self.current.total, deviations, self.current.pop(), len(self.seen)]
