from remotemedia.core.node import Node


class FibonacciNode(Node):
    """First n Fibonacci numbers summed up; remembers what it has computed."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.memo = {0: 0, 1: 1}

    def fib(self, n: int) -> int:
        if n < 0:
            raise ValueError(f"fibonacci of a negative number: {n}")
        if n not in self.memo:
            self.memo[n] = self.fib(n - 1) + self.fib(n - 2)
        return self.memo[n]

    def process(self, n: int):
        yield {"n": n, "known": len(self.memo)}
        value = self.fib(n)
        yield {"n": n, "fib": value, "even": value % 2 == 0, "known": len(self.memo)}
