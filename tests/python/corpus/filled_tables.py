"""Tables that statements of the file fill, and values that depend on a condition."""

import math
import warnings

from remotemedia import Node

CRC = []
for byte in range(256):
    value = byte
    for _ in range(8):
        value = (value >> 1) ^ 0xEDB88320 if value & 1 else value >> 1
    CRC.append(value)

PRIMES = [2, 3]
candidate = 5
while len(PRIMES) < 12:
    if all(candidate % p for p in PRIMES):
        PRIMES.append(candidate)
    candidate += 2

COUNT_BEFORE = len(PRIMES)
PRIMES.sort(reverse=True)

CODES = {}
for index, letter in enumerate("etaoin"):
    CODES[letter] = index + 1
CODES.update({" ": 0})
del CODES["n"]

POLICY = "ignore"
RATE = 16000
warnings.filterwarnings(POLICY)
print("frames of", RATE // 100)
HOP = RATE // 100

LIMIT = 10
LIMIT *= 2
if math.pi > 3:
    SCALE = 0.5
else:
    SCALE = 2.0


def double(rows):
    for i in range(len(rows)):
        rows[i] = rows[i] * 2


ROWS = [1, 2, 3]
ALIAS = ROWS
double(ALIAS)


class FilledTablesNode(Node):
    weights = list(ROWS)

    def process(self, data):
        crc = 0xFFFFFFFF
        for letter in data["text"]:
            crc = CRC[(crc ^ ord(letter)) & 0xFF] ^ (crc >> 8)
        codes = [CODES.get(letter, -1) for letter in data["text"]]
        return {
            "crc": crc ^ 0xFFFFFFFF,
            "codes": codes,
            "prime": PRIMES[data["n"] % len(PRIMES)],
            "limit": min(data["n"], LIMIT) * SCALE,
            "before": COUNT_BEFORE,
            "hop": [HOP, RATE, POLICY],
            "rows": [self.weights, ROWS],
        }
