"""What loops over numbers meet at their edges: signs, ends, jumps, and names for the same array."""

import math
from collections import deque

import numpy as np


class LoopEdges:
    def __init__(self, size=6):
        self.size = size
        self.total = 0.0
        self.count = 0
        self.loud = False
        self.values = [0.0] * size
        self.bins = [0] * 4
        self.ring = np.zeros(size, dtype=np.float32)
        self.recent = deque(maxlen=3)

    def scaled(self, x):
        self.count += 1
        return x * 0.5 + self.total

    def process(self, message):
        n = int(message["n"])
        x = float(message["x"])
        # Fields that change, and indices from the end.
        for i in range(n):
            self.total += x * i
            self.ring[-1 - i % self.size] = self.total
            self.ring[i % self.size] += self.values[-1 - i % self.size]
            self.values[i % self.size] = self.total - self.values[i % self.size - 1]
            self.bins[i % 4] += i
        yield {"total": self.total, "ring": self.ring, "values": self.values, "bins": self.bins}
        # Signs of quotients and remainders.
        signs = []
        for a in range(-7, 8, 7):
            for b in (-3, 3):
                signs.append(a // b)
                signs.append(a % b)
                signs.append((a * 0.5) // b)
                signs.append((a * 0.5) % b)
                signs.append(a / b)
        yield signs
        # What is not a number.
        nan = math.inf - math.inf
        found = 0
        for y in (nan, x, -x):
            if y > 0.0:
                found += 1
            elif not y <= 0.0:
                found += 10
            low = min(y, 1.0)
            high = max(1.0, y)
            if low != low:
                found += 100
            if high != high:
                found += 1000
            if y == y and y != 0.0 or not y:
                found += 10000
        yield found
        # Nested loops with jumps and an `else`.
        jumps = 0
        for i in range(n):
            for j in range(n):
                if j > i:
                    break
                if (i + j) % 3 == 0:
                    continue
                jumps += 10 * i + j
            else:
                jumps += 1000
            k = n
            while k > 0:
                k -= 2
                if k == 3:
                    break
            else:
                jumps -= 1
        yield jumps
        # Values sent from within, and functions that change fields.
        for i in range(min(n, 4)):
            before = self.count
            y = self.scaled(x + i)
            if self.count != before + 1:
                yield "no"
            if i % 2:
                yield [i, y, self.count]
            self.recent.append(y)
            self.loud = y > 1.0 and not self.loud
        yield {"recent": list(self.recent), "loud": self.loud, "length": len(self.recent)}
        # A name with another type, and one that a loop may not reach.
        last = -1
        z = 0
        for last in range(3, n):
            z = z + 0.5 if last % 2 else z + 0.25
        yield [last, z]
        # Two names of one array, one of them backwards.
        here = np.zeros(5)
        there = here[::-1]
        for i in range(5):
            here[i] = i + x
            there[i] += 0.5 * here[-i]
        yield here
        # Rows of an array, through which a loop goes while it changes them.
        grid = np.zeros((2, 4), dtype=np.float32)
        for c in range(2):
            row = grid[c]
            for i, y in enumerate(row):
                grid[c, i] = float(y) + i + x
                if i < 3:
                    row[i + 1] = 10.0 * c
                grid[c][-i] += 0.25 * float(grid[1 - c][i])
        yield grid
        # Functions of numbers.
        powers = 0.0
        whole = 0
        for i in range(1, n + 1):
            powers += math.sqrt(i) + math.sin(x * i) + i**2 + (x * i) ** 2 + abs(-i) + abs(-x)
            whole += int(x * i) + math.floor(x * i) - math.ceil(-x * i) + round(x * i) + (i << 3) + (-i >> 1) + (i & 6) ^ i
        yield [powers, whole, bool(powers), float(whole)]
        # Numbers of NumPy's.
        single = np.float32(0.0)
        double = np.float64(x)
        for i in range(n):
            single = single * 0.5 + np.float32(i)
            double = double + single * 2
            if single > 2.5:
                double -= 1.5
        yield [single, double]
        # Downwards, and as far as a step goes.
        steps = 0
        for i in range(n, -n, -3):
            steps = steps * 3 + i
        yield steps
        yield [i * x for i in range(n) if i * x > 1.0]
