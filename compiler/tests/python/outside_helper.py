import statistics
from collections import *


class Helper:
    def __init__(self):
        self.filter = None

    def middle(self, xs):
        return statistics.median(xs)

    def safe(self, xs):
        try:
            return [x + 1 for x in xs]
        except TypeError:
            return []

    def process(self, m):
        if self.filter is None:
            self.filter = statistics.NormalDist(0, 1)
        low, high = self.safe(m)
        keys = {"a": 1}.keys() & {"a"}
        return [self.middle(m) + 1, low + high, self.filter[0], keys, Counter(m)]
