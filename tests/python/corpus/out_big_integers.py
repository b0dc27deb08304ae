from remotemedia.core.node import Node


class BigNumberNode(Node):
    """Whole numbers far beyond 64 bits, written as text."""

    def process(self, n):
        if n < 0:
            return {"n": n, "power": 2**n}
        factorial = 1
        for i in range(2, n + 1):
            factorial *= i
        power = 2**n
        return {
            "n": n,
            "factorial": str(factorial),
            "power": str(power),
            "digits": len(str(factorial)),
            "bits": factorial.bit_length(),
            "mod": factorial % (10**9 + 7),
            "inverse": pow(3, n, 2**61 - 1),
            "trailing_zeros": len(str(factorial)) - len(str(factorial).rstrip("0")),
            "half": str(power * factorial // (power + 1)),
        }
