import math

EARLY = []


class Holder:
    size = len(EARLY)


EARLY.append(1)
PARTLY = [1]


def total():
    return sum(PARTLY)


BEFORE = total()
PARTLY.append(2)
if math.pi > 4:
    LEVEL = 0.5
LINES = []
for line in open("lines.txt"):
    LINES.append(line)
SQUARES = []
for n in range(4):
    SQUARES.append(n * n)


class Filled:
    def process(self, m):
        early = EARLY[0]
        before = BEFORE
        level = LEVEL
        lines = LINES
        return [early, before, level, lines, SQUARES[m]]
