"""Functions in functions and lambdas with a name: what they see, call and change."""

import math

to_db = lambda level: 20 * math.log10(level)
clip = lambda x, low=-1, high=1: max(low, min(high, x))


def scaled(by):
    def inner(a, b=2):
        return a * b + by

    return [inner(1), inner(2, b=3), inner(a=4)]


class Closures:
    def __init__(self, steps=3):
        curve = lambda i: i * i
        self.table = [curve(i) for i in range(steps)]
        self.log = []
        self.calls = 0

    def process(self, message):
        scale = message + 1
        seen = []
        half = lambda x: x / scale

        def note(x):
            seen.append(x)
            self.log.append(len(seen))
            self.calls = self.calls + 1
            return len(seen)

        def factorial(k):
            return 1 if k < 2 else k * factorial(k - 1)

        def twice(x, times=2):
            if x > 10:
                return [x]
            total = 0
            for _ in range(times):
                total += half(x) * scale + note(x)
            return total

        def depth(node, level=0):
            best = level
            for kid in node:
                best = max(best, depth(kid, level + 1))
            return best

        scale = scale * 2
        yield [to_db(10), clip(5), clip(-5, low=-2), twice(3), twice(11), half(message)]
        yield [scaled(message), list(map(half, [1, 2])), sorted([3, 1, 2], key=lambda q: -half(q))]
        yield [list(map(twice, [1])), list(map(to_db, [1, 100])), factorial(5), depth([[], [[]]])]
        yield {"seen": seen, "log": self.log[-3:], "calls": self.calls, "table": self.table}
