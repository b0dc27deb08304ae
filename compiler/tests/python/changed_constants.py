import math
from dataclasses import dataclass

TABLE = [0.0] * 4
for _i in range(4):
    TABLE[_i] = _i * 0.5
SEEN = {}
ITEMS = [3, 1, 2]
ROWS = [[1, 2], [3]]
GAIN = 1.0
GAIN *= 2
if math.pi > 4:
    LEVEL = 0.5
else:
    LEVEL = 0.25
FIXED = [1, 2]
NAMES = {"a": [1]}


def bump(items):
    items.append(1)


class Changed:
    def __init__(self):
        self.count = 0

    def look(self, table, key):
        self.count += 1
        return table.get(key, [])

    def process(self, m):
        SEEN[m] = 1
        bump(ITEMS)
        for row in ROWS:
            row += [m]
        first = FIXED[0]
        first += FIXED[1]
        return [TABLE[1], GAIN, LEVEL, first, self.look(NAMES, m)]
