import math

from remotemedia.core.node import Node


def gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return abs(a)


class GcdLcmNode(Node):
    def process(self, data):
        a, b = data
        g = gcd(a, b)
        assert g == math.gcd(a, b)
        lcm = abs(a * b) // g if g else 0
        ratio = f"{a // g}:{b // g}" if g else "-"
        return g, lcm, ratio
