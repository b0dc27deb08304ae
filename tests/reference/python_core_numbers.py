"""Cases: numbers to and from text, rounding, the module math."""

import math
import random
from collections import deque
from itertools import product

inf, nan = math.inf, math.nan
NUMBERS = [0, 1, -1, 2, -3, 7, 10**15, 2**63 - 1, -(2**63), True, 0.0, -0.0, 0.5, 1.5, 2.5, -2.5, 0.1, -0.7, 1e-5, 3.7e-9]
NUMBERS += [1.0, 20.0, 100.25, 1e15, 1e16, 1e22, 1.5e300, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, inf, -inf, nan]
ONE = "sqrt cbrt exp exp2 expm1 log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf erfc gamma lgamma"
ONE += " fabs degrees radians floor ceil trunc isnan isinf isfinite modf frexp log"
EXACT = "sqrt fabs degrees radians floor ceil trunc isnan isinf isfinite modf frexp".split()
# Not the same code as the C library's: the units in the last place that they may be apart. Gamma functions are differences
# of large numbers.
INEXACT = {f"math.{name}": 2 for name in ONE.split() if name not in EXACT}
INEXACT |= {"math.gamma": 20, "math.lgamma": 20, "math.pow": 1, "math.atan2": 2, "math.cbrt": 4, "op.pow": 1, "pow": 1}
NOT_NUMBERS = [None, "1.5", [1], (1,), {}]


def floats(rng, count):
    """Floats of all sizes, of few digits and of many."""
    for _ in range(count):
        yield rng.choice([1, -1]) * rng.random() * 10.0 ** rng.randint(-30, 30)
        yield rng.randint(-(10**6), 10**6) / 10 ** rng.randint(0, 6)


def text_cases():
    texts = ["0", "1", "-1", "+7", " 42 ", "1_000", "1__0", "_1", "1_", "", " ", "x", "0x10", "0b11", "0o17", "ff", "FF", "z", "007"]
    texts += ["1.5", ".5", "5.", ".", "1e5", "1E-5", "e5", "1e", "inf", "-Infinity", "nan", "+nan", "infinit", "1_0.5_0", "1._5", "１２"]
    texts += ["9223372036854775807", "-9223372036854775808", "\t3\n", "3 4", "é", "0.1e400", "1e-400", "123456789012345678.5", "٣", "--1"]
    for text in texts:
        yield "int", (text,), {}
        yield "float", (text,), {}
        for base in [0, 2, 8, 16, 36, 1, 37]:
            yield "int", (text, base), {}
    for value in [*NUMBERS, *NOT_NUMBERS]:
        for name in ["int", "float", "str", "repr", "bool", "abs", "bin", "hex", "oct", "chr", "ord", "ascii", "len"]:
            if name != "chr" or not isinstance(value, int) or value < 0xD800:
                yield name, (value,), {}


def rounding_cases(rng):
    for x in NUMBERS:
        yield "round", (x,), {}
        for digits in [0, 1, 2, 5, 17, 30, 400, -1, -2, -18, -19, -400, None, 1.5]:
            yield "round", (x, digits), {}
    for x in [2.675, 1.005, 0.125, 0.375, 1234.5678, 2.5e15, 1e22 + 5e6, 0.05, 0.15, 0.25, 0.35, 5015, 25, 35, 149999999.5, 1.15, 1.25]:
        for digits in [*range(-3, 4), None]:
            yield "round", (x, digits), {}
            yield "round", (-x, digits), {}
    for x in floats(rng, 80):
        yield "round", (x, rng.randint(-3, 8)), {}
        yield "repr", (x,), {}
        yield "op.div", (rng.randint(-(2**63), 2**63 - 1), rng.randint(1, 2 ** rng.randint(1, 62))), {}
    yield "round", ("a",), {}
    yield "round", ([],), {}


def math_cases(rng):
    for name in ONE.split():
        for x in [*NUMBERS, *NOT_NUMBERS, -20.5, -1.5, 0.999, 1.001, 170.5, 171.7, -170.5, 710.0, -746.0, 1e-25]:
            yield f"math.{name}", (x,), {}
        for x in floats(rng, 10):
            yield f"math.{name}", (x,), {}
    pairs = [0, 1, -1, 2, 0.0, -0.0, 0.5, -2.5, 3.7, 1e200, inf, -inf, nan, "a"]
    for name, x, y in product("pow atan2 fmod copysign hypot isclose log".split(), pairs, pairs):
        yield f"math.{name}", (x, y), {}
    for x, i in product([0.0, 1.5, -3, inf, nan, 5e-324, 1e308], [0, 1, -1, 1000, -1100, 5000, -5000, 2**40, 1.5]):
        yield "math.ldexp", (x, i), {}
    for a, b in product([1.0, 1.0 + 1e-10, 0.0, 1e-12, inf], repeat=2):
        yield "math.isclose", (a, b), {"rel_tol": 1e-9, "abs_tol": 1e-11}
        yield "math.isclose", (a, b), {"rel_tol": -1.0}
    for n in [0, 1, 5, 20, 21, -1, 2.0, "a", True, 10**18]:
        for name in ["factorial", "isqrt", "perm"]:
            if name == "isqrt" or not isinstance(n, int) or n < 100:
                yield f"math.{name}", (n,), {}
    for n, k in product([0, 1, 5, 10, 30, 60, 66, 67, -1, 2.5], [0, 1, 2, 5, 30, 31, -1, 1.5]):
        yield "math.comb", (n, k), {}
        yield "math.perm", (n, k), {}
    for numbers in [(), (0,), (12, 18), (-4, 6), (2**63 - 1, 7), (6, 10, 15), (0, 0), (2**40, 3**30), (1.5, 2), (7, 0), (-(2**63),)]:
        yield "math.gcd", numbers, {}
        yield "math.lcm", numbers, {}
    vectors = [[], [3.0], [3, 4], [1.0, 2.0, 2.0], [1e200, 1e200], [5e-324, 5e-324], [inf, nan], [nan, 1.0], [-3.0, 4.0], [1e308] * 3]
    vectors += [[rng.uniform(-10, 10) for _ in range(n)] for n in (2, 2, 3, 7)]
    for vector in vectors:
        yield "math.hypot", tuple(vector), {}
        yield "math.dist", (vector, [x * 0.5 for x in vector]), {}
        yield "math.fsum", (vector,), {}
        yield "math.prod", (vector,), {}
        yield "sum", (vector,), {}
    yield "math.dist", ([1], [1, 2]), {}
    for _ in range(12):
        numbers = [rng.uniform(-1, 1) * 10.0 ** rng.randint(-20, 20) for _ in range(rng.randint(1, 30))]
        yield "math.fsum", (numbers + [-x for x in numbers[1:]],), {}
        yield "sum", (numbers,), {}
        yield "math.hypot", (numbers[0], numbers[-1]), {}
    for values in [[0.1] * 10, [1e100, 1.0, -1e100], [1e308, 1e308, -1e308], [inf, -inf], [inf, 1.0], [nan], [1, 2, 3], ["a"], 5]:
        yield "math.fsum", (values,), {}
        yield "math.prod", (values,), {}
        yield "sum", (values,), {}
    yield "math.prod", ([1, 2, 3],), {"start": 2.0}
    yield "sum", ([[1], [2]], []), {}
    yield "sum", ([[1], [2]],), {}
    yield "sum", (["a"], ""), {}
    yield "sum", ([True, True, 0.5],), {}
    yield "sum", ([2**62, 2**62],), {}
    yield "sum", (range(101),), {}
    for base, exponent, modulus in product([2, -3, 0, 10], [0, 5, -1, 100], [1, 7, -7, 12, 0, None]):
        yield "pow", (base, exponent, modulus), {}
    yield "pow", (2.0, 3, 5), {}
    for x in [0.0, 1.0, -2.0, 1.5, inf, nan, 1e300]:
        yield ".is_integer", (x,), {}
    for i in [0, 1, -1, 255, 256, -(2**63), 2**63 - 1, True]:
        yield ".bit_length", (i,), {}
        yield ".bit_count", (i,), {}


def cases():
    rng = random.Random(11)
    yield from text_cases()
    yield from rounding_cases(rng)
    yield from math_cases(rng)
    for values in [[3, 1, 2], [1.5, 1, True], ["b", "a"], [], [nan, 1.0], [1.0, nan], [1, "a"], (2,), {5: 1, 3: 2}, "hello", deque([4, 2])]:
        yield "min", (values,), {}
        yield "max", (values,), {}
        yield "min", (values,), {"default": None}
        yield "any", (values,), {}
        yield "all", (values,), {}
        yield "sorted", (values,), {}
        yield "sorted", (values,), {"reverse": True}
    yield "min", (3, 1, 2), {}
    yield "max", (3, 1, 2.5, 3.0), {}
    yield "max", (3, 1), {"default": 0}
    yield "max", (), {}
    yield "min", (5,), {}
    for args in [(5,), (1, 5), (5, 1, -2), (0, 10, 0), (), (1, 2, 3, 4), (1.5,), ("a",), (2**63 - 1,), (3, 3), (True,)]:
        yield "range", args, {}
        yield "len", (range(10, 0, -3),), {}
    for i in [0, 65, 0x20AC, 0x1F600, 0x10FFFF, 0x110000, -1, "a"]:
        yield "chr", (i,), {}
    for c in ["a", "€", "\U0001f600", "", "ab", 5]:
        yield "ord", (c,), {}
