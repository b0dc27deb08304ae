"""2x2 matrices as tuples of tuples."""

from typing import Tuple

from remotemedia.core.node import Node

Row = Tuple[float, float]
Matrix = Tuple[Row, Row]

IDENTITY: Matrix = ((1, 0), (0, 1))


def multiply(a: Matrix, b: Matrix) -> Matrix:
    (a11, a12), (a21, a22) = a
    (b11, b12), (b21, b22) = b
    return (
        (a11 * b11 + a12 * b21, a11 * b12 + a12 * b22),
        (a21 * b11 + a22 * b21, a21 * b12 + a22 * b22),
    )


def determinant(m: Matrix) -> float:
    return m[0][0] * m[1][1] - m[0][1] * m[1][0]


class MatrixNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.m = IDENTITY

    def process(self, data):
        op = data["op"]
        if op == "mul":
            rows = data["m"]
            self.m = multiply(self.m, (tuple(rows[0]), tuple(rows[1])))
            return self.m
        if op == "power":
            result, base, n = IDENTITY, self.m, data["n"]
            while n > 0:
                if n % 2 == 1:
                    result = multiply(result, base)
                base = multiply(base, base)
                n //= 2
            self.m = result
            return self.m
        if op == "det":
            return determinant(self.m)
        if op == "inverse":
            d = determinant(self.m)
            if d == 0:
                return {"error": "singular"}
            (a, b), (c, e) = self.m
            return ((e / d, -b / d), (-c / d, a / d))
        if op == "apply":
            return [sum(x * y for x, y in zip(row, data["v"])) for row in self.m]
        if op == "reset":
            self.m = IDENTITY
            return "reset"
        return self.m[0][0] + self.m[1][1]
