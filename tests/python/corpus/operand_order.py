"""Operands change a field as they are computed: each comes in its turn, once, and only where it is needed."""

from dataclasses import dataclass


@dataclass
class Point:
    x: int


class OperandOrder:
    def __init__(self):
        self.count = 0
        self.point = Point(0)
        self.log = []

    def step(self, by=1):
        self.count += by
        self.log.append(self.count)
        return self.count

    def process(self, message):
        self.log = []
        limit = message["limit"]
        self.point.x = self.step()
        self.point.x += self.step()
        between = self.step() + (10 if self.step() < self.step(2) < limit else 20) * self.step()
        largest = [self.step(), max([3, 1, 2], key=lambda x: self.step() % 5), self.step()]
        match message["kind"]:
            case "a" if self.step() < self.step() < limit:
                kind = "low"
            case _ if self.step() > limit > 0:
                kind = "high"
            case _:
                kind = "other"
        some = any(x and self.step() % x == 0 for x in message["parts"] for _ in range(2))
        every = all(x + self.step() > 3 for x in message["parts"] if x)
        numbered = [(i, x) for i, x in enumerate([self.step(), self.step()], message["from"])]
        return [self.point, between, largest, kind, some, every, numbered, {**message["more"], "log": [*self.log]}]
