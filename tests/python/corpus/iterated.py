"""Readings grouped, paired and summed with `itertools` and `reduce`; arguments from tuples."""

import itertools
import operator
from functools import reduce
from itertools import accumulate, chain, groupby, islice, pairwise, takewhile, zip_longest


def slope(before, after, scale=1.0):
    return (after - before) * scale


class Sensor:
    def label(self):
        return type(self).__name__.lower()


class ReadingsNode(Sensor):
    def __init__(self, window=3, decay=0.5):
        self.window = window
        self.decay = decay
        self.recent = []

    def smooth(self, level, reading):
        return level * self.decay + reading

    def process(self, readings):
        if not readings:
            return {"sensor": self.label(), "total": reduce(operator.add, readings)}
        self.recent = list(islice(chain(readings, self.recent), self.window))
        ends = (readings[0], readings[-1])
        runs = [(is_high, len(list(run))) for is_high, run in groupby(readings, key=lambda x: x > 2)]
        return {
            "sensor": self.label(),
            "recent": (*self.recent, len(readings)),
            "slope": slope(*ends, scale=0.25),
            "steps": [b - a for a, b in pairwise(readings)],
            "runs": runs,
            "levels": list(accumulate(readings, self.smooth, initial=0.0)),
            "peaks": list(accumulate(readings, max)),
            "rising": list(takewhile(lambda x: x < 3, readings)),
            "lag": list(zip_longest(readings, itertools.dropwhile(lambda x: x < 2, readings), fillvalue=-1)),
            "even": list(itertools.filterfalse(lambda x: x % 2, readings)),
            "products": [a * b for a, b in itertools.combinations(readings, 2)],
            "grid": list(itertools.product((0, 1), repeat=2)),
            "largest": reduce(lambda a, b: a if a > b else b, readings),
            "flat": list(itertools.chain.from_iterable([readings, ends])),
            "fill": list(itertools.repeat(None, self.window - len(self.recent))),
        }
