"""Cases: operators on pairs of numbers, and on pairs of values of every type."""

from collections import deque
from itertools import product

from python_core_call import Point

INEXACT = {"op.pow": 1, "op.ipow": 1}

inf, nan = float("inf"), float("nan")
NUMBERS = [
    *(0, 1, -7, 2**53 + 1, 2**63 - 1, -(2**63), True),
    *(-0.0, 0.5, -2.5, 2.0**63, 1e308, 5e-324, -inf, nan),
]
VALUES = [
    *(None, True, 2, 1.5, "ab", [1, 2], (1, 2), {"a": 1}, {1}, {1, 2}),
    *(deque([1], 3), range(1, 5, 2), Point(1, 2)),
]
ARITHMETIC = ["add", "sub", "mul", "div", "floordiv", "modulo", "pow"]
BITS = ["bit_and", "bit_or", "bit_xor", "shl", "shr"]
COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"]
AUGMENTED = ["iadd", "isub", "imul", "idiv", "ifloordiv", "imod", "ipow", "iand", "ior", "ixor", "ishl", "ishr"]


def cases():
    for op, a, b in product([*ARITHMETIC, "eq", "lt", "ge"], NUMBERS, NUMBERS):
        # A power of such numbers has no end.
        if not (op == "pow" and isinstance(b, int) and abs(b) > 2**31):
            yield f"op.{op}", (a, b), {}
    for op, a, b in product(BITS, [0, 1, -1, 5, -6, 2**62, -(2**63), True, False], [0, 1, 2, 62, 63, 64, -1, True, 0.5]):
        yield f"op.{op}", (a, b), {}
    for op, a, b in product(["add", "mul", "sub", "modulo", "bit_or", "eq", "le", "contains"], VALUES, VALUES):
        yield f"op.{op}", (a, b), {}
    for op, a, b in product([*ARITHMETIC, *BITS, *COMPARISONS, *AUGMENTED, "matmul"], VALUES, [True, 1.5, "ab", {1, 2}]):
        yield f"op.{op}", (a, b), {}
    for op, a, b in product(["iadd", "imul", "ior"], VALUES, VALUES):
        yield f"op.{op}", (a, b), {}
    for op, a in product(["neg", "pos", "invert", "truth", "iterate", "type_name"], [*NUMBERS, *VALUES]):
        yield f"op.{op}", (a,), {}
    for a, b in product([1, 3, 7, 10, 2**62 + 1, 2**63 - 1, -(2**63), 9007199254740993, -5], repeat=2):
        yield "op.div", (a, b), {}
        yield "divmod", (a, b), {}
    for a, b in product([5, -5, 5.5, -5.5, 0, 1e300, inf], [3, -3, 0.1, -0.7, 0, 0.0, inf, -inf]):
        yield "divmod", (a, b), {}
        yield "op.floordiv", (a, b), {}
        yield "op.modulo", (a, b), {}
    for a, b in product([2, -2, 0, 1, -1, 10, 3, 2.0, -8.0, 0.5], [0, 1, 2, 3, 5, 62, 63, 64, -1, -2, 0.5, -0.5, 1 / 3, 3.0]):
        yield "op.pow", (a, b), {}
    for a, b in product([[1, 2], (1, 2), [1, "a"], [1, 2, 3], [], [nan], [[1], 2], (1, "b")], repeat=2):
        for op in COMPARISONS:
            if type(a) is type(b):
                yield f"op.{op}", (a, b), {}
    for a, b in product(["", "a", "b", "ab", "aB", "é", "z", "日本", "\U0001f600", "\uffff"], repeat=2):
        for op in ["eq", "lt", "ge", "contains"]:
            yield f"op.{op}", (a, b), {}
    for item, container in product([1, 1.0, True, "a", None, 2.5, 3], [[1, 2], (1.0,), {1: 2}, {"a"}, "abc", range(3), deque([3])]):
        yield "op.contains", (item, container), {}
        yield "op.not_contains", (item, container), {}
