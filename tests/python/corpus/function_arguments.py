"""Functions that are arguments: of `map`, `filter`, `sorted`; the first that fits."""

import math


def twice(x):
    return x * 2


class ArgumentsNode:
    def __init__(self):
        self.scale = 3
        self.names = {1: "one", 2: "two"}

    def _scaled(self, x):
        return x * self.scale

    def process(self, numbers):
        weights = {"a": 3, "b": 1, "c": 2}
        first = next((x for x in numbers if x > 2), None)
        pair = next((x * y for x in numbers for y in numbers if x * y > 7), -1)
        quotient = next((10 / x for x in numbers), "none")
        return {
            "maps": [list(map(float, numbers)), list(map(str, numbers)), sum(map(abs, numbers))],
            "own": [list(map(self._scaled, numbers)), list(map(twice, numbers)), [x for x in map(lambda v: v + 1, numbers)]],
            "nested": list(map(math.sqrt, map(abs, numbers))),
            "filters": [list(filter(lambda v: v > 1, numbers)), list(filter(None, numbers))],
            "keys": [sorted(weights, key=weights.get), max(weights, key=weights.get), sorted(["B", "a", "C"], key=str.lower)],
            "names": list(map(self.names.get, numbers)),
            "joined": ",".join(map(str, numbers)),
            "most": max(numbers, key=abs, default="nothing"),
            "first": [first, pair, quotient],
        }
