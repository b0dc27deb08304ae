"""Cases: subscripts, and methods of lists, dicts, sets and deques."""

import math
import random
from collections import deque
from itertools import product

from python_core_call import Point

INEXACT = {}
nan = math.nan
LISTS = [[], [1], [3, 1, 2], [1, "a", 2.5, None], list(range(10))]
SLICES = [slice(a, b, c) for a, b, c in product([None, 0, 2, -2, 20, -20], [None, 0, 3, -1, 20], [None, 1, 2, -1, -3])]
METHODS = "append appendleft clear copy count extend extendleft get index insert items keys pop popitem popleft remove reverse rotate".split()
METHODS += "setdefault sort update values add difference discard intersection isdisjoint issubset issuperset union".split()
METHODS += "symmetric_difference is_integer bit_length upper split find join format strip".split()
COUNTS = {"append": 1, "appendleft": 1, "count": 1, "extend": 1, "extendleft": 1, "get": 1, "index": 1, "insert": 2, "remove": 1}
COUNTS |= {"setdefault": 1, "add": 1, "discard": 1, "isdisjoint": 1, "issubset": 1, "issuperset": 1, "symmetric_difference": 1, "find": 1, "join": 1}


def subscript_cases():
    for cut in SLICES:
        yield "op.get_item", (list(range(6)), cut), {}
        yield "op.get_item", ((1, 2, 3), cut), {}
        yield "op.get_item", (range(1, 14, 3), cut), {}
        yield "op.get_item", ("héllo", cut), {}
        yield "op.del_item", (list(range(6)), cut), {}
        yield "op.set_item", (list(range(6)), cut, [7, 8, 9]), {}
    containers = [[1, 2], (1, 2), {"a": 1, 2: 3}, deque([1, 2]), range(2), "ab", {1}, None, 5, 1.5, True, Point(1, 2), ..., slice(1, 2, 1)]
    for container, index in product(containers, [0, 1, -1, -2, 2, -3, True, 1.0, "a", None, [1], (1,), 2**62, -(2**63), slice(0, 1, None), slice("a", None, None)]):
        yield "op.get_item", (container, index), {}
        yield "op.set_item", (container, index, 9), {}
        yield "op.del_item", (container, index), {}
    yield "op.set_item", ([1, 2, 3], slice(0, 2, None), "xyz"), {}
    yield "op.set_item", ([1, 2, 3], slice(0, 2, None), 5), {}
    yield "op.set_item", ([1, 2, 3], slice(None, None, 2), 5), {}
    yield "op.set_item", ([1, 2, 3], slice(None, None, 2), [7, 8]), {}
    for value, name in product([Point(1, 2), deque([1], 3), deque(), range(1, 2, 3), 5, 1.5, True, None, "a", [1]], ["x", "y", "z", "maxlen", "step", "real", "imag"]):
        yield "op.attribute", (value, name), {}
    yield "op.set_attribute", (Point(1, 2), "x", 5), {}
    yield "op.set_attribute", (5, "x", 5), {}
    values = [[], [1], [1, 2], (1, 2, 3), "ab", {"a": 1, "b": 2}, range(3), 5, None, {1}, deque([1, 2]), 1.5, Point(1, 2)]
    for value, count in product(values, [0, 1, 2, 3]):
        yield "op.unpack", (value, count), {}
        yield "op.unpack_starred", (value, count, 0), {}
        yield "op.unpack_starred", (value, 1, count), {}


def method_cases():
    objects = [[1, 2], (1, 2), {"a": 1}, {1}, deque([1, 2], 2), "a b", 5, 1.5, None, range(3), Point(1, 2), True]
    for name, value in product(METHODS, objects):
        yield f".{name}", (value, *[1, 2][: COUNTS.get(name, 0)]), {}
    for items in LISTS:
        for x in [1, "a", 2.5, None, True, 99, 3]:
            for name in ["append", "count", "index", "remove"]:
                yield f".{name}", (items, x), {}
                yield f".{name}", (deque(items), x), {}
            yield ".index", (tuple(items), x), {}
            yield ".index", (items, x, 1), {}
            yield ".index", (items, x, -2, 9), {}
            yield ".index", (items, x, 2, 1), {}
            yield ".count", (tuple(items), x), {}
        for i in [0, 1, -1, 5, -5, 100, -100]:
            yield ".pop", (items, i), {}
            yield ".insert", (items, i, "new"), {}
            yield ".insert", (deque(items), i, "new"), {}
            yield ".rotate", (deque(items), i), {}
        yield ".pop", (items,), {}
        yield ".pop", (deque(items),), {}
        yield ".popleft", (deque(items),), {}
        yield ".rotate", (deque(items),), {}
        yield ".sort", (items,), {}
        yield ".sort", (items,), {"reverse": True}
        yield ".reverse", (items,), {}
        yield ".reverse", (deque(items),), {}
        yield ".copy", (deque(items, 3),), {}
        for name in ["append", "appendleft"]:
            yield f".{name}", (deque(items, 2), 7), {}
        for name in ["extend", "extendleft"]:
            yield f".{name}", (deque(items, 4), "xyz"), {}
            yield f".{name}", (deque(items), 5), {}
        yield ".extend", (items, {"k": 1}), {}
        yield ".insert", (deque([1, 2], 2), 0, 1), {}
        for name in ["list", "tuple", "len", "reversed", "enumerate", "any", "all"]:
            yield name, (items,), {}
    for pairs in [{}, {"a": 1}, {1: "x", "b": [2], (1, 2): 3, None: 4}, {1: 1, 2: 2, 3: 3}]:
        for key in ["a", 1, 1.0, True, None, (1, 2), "zz", [1]]:
            yield ".get", (pairs, key), {}
            yield ".get", (pairs, key, "def"), {}
            yield ".pop", (pairs, key), {}
            yield ".pop", (pairs, key, "def"), {}
            yield ".setdefault", (pairs, key), {}
            yield ".setdefault", (pairs, key, []), {}
            yield "op.get_item", (pairs, key), {}
            yield "op.set_item", (pairs, key, "new"), {}
            yield "op.del_item", (pairs, key), {}
            yield "op.contains", (key, pairs), {}
        for name in ["keys", "values", "items", "popitem", "clear", "copy"]:
            yield f".{name}", (pairs,), {}
        for name in ["list", "len", "reversed", "sorted", "dict", "enumerate"]:
            yield name, (pairs,), {}
        for other in [{"a": 9, "q": 1}, [("a", 1)], [(1, 2, 3)], [1], 5, {}, ["ab"]]:
            yield ".update", (pairs, other), {}
            yield "dict", (other,), {}
        yield ".update", (pairs,), {"a": 5, "k": 6}
    yield "dict", (), {"a": 1}
    sets = [set(), {1}, {2}, {1, 2}, {1, 2, 3}]
    for a, b in product(sets, [*sets, [1, 5], (), "", 5, [[1]]]):
        for name in ["union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint", "update"]:
            yield f".{name}", (a, b), {}
        yield ".intersection_update", (a, b), {}
        yield ".difference_update", (a, b), {}
    yield ".union", ({1}, [2], (3,)), {}
    for x in [1, 1.0, 5, [1], "a", (1, [2]), {}]:
        for name in ["add", "discard", "remove"]:
            yield f".{name}", ({1}, x), {}
        yield "op.contains", (x, {1}), {}
        yield "set", ([x],), {}
    yield ".pop", ({4},), {}
    yield ".pop", (set(),), {}


def many_cases():
    rng = random.Random(3)
    for count in [0, 1, 2, 5, 63, 64, 65, 200]:
        yield "sorted", ([rng.randint(0, 50) for _ in range(count)],), {}
        yield "sorted", ([rng.choice([1, 2.5, True, 0, -1.0]) for _ in range(count)],), {"reverse": True}
        yield "sorted", ([(rng.randint(0, 3), rng.random()) for _ in range(min(count, 70))],), {}
    yield "sorted", ([rng.choice([nan, 1.0, 2.0, 3.0]) for _ in range(40)],), {}
    for values in [[1, "a"], ["a", 1], [3, 2, "a"], [1, 2, "a", 0], [None, 1], [[1], [0]], [(1, "a"), (1, 2)], 5, [{}, {}]]:
        yield "sorted", (values,), {}
        yield ".sort", (values,), {}
    for reverse in [0, 2, -1, True, 1.5, None, "x", [], 2**31 - 1, 2**31, -(2**31), -(2**31) - 1]:
        yield "sorted", ([1, 3, 2],), {"reverse": reverse}
        yield ".sort", ([1, 3, 2],), {"reverse": reverse}
    for other in [{}, {"a": 2}, [("a", 2)], [1], (2, 3), "ab", {4}, 5, 1.5, None, deque([1])]:
        yield "dict.spread", ({"a": 1}, other), {}
        yield "list.spread", ([0], other), {}
    for start in [3, True, 2**63 - 2, 2**63 - 3, 1.0, None]:
        yield "enumerate", ("ab", start), {}
    yield "sorted", ([0.0, -0.0, 0],), {}
    yield "sorted", ([-0.0, 0.0],), {}
    keys = [rng.choice([i, str(i), i / 2, (i, "k")]) for i in range(100) for _ in range(2)]
    yield "dict", ([(key, n) for n, key in enumerate(keys)],), {}
    for values in [[], [1], "ab", {"a": 1}, 5, range(3)]:
        yield "enumerate", (values,), {}
        yield "enumerate", (values, 5), {}
        for other in [[1, 2], "x", (), 7]:
            yield "zip", (values, other), {}
            yield "zip", (values, other), {"strict": True}
            yield "zip", (values, other, [0, 0]), {"strict": True}
        for limit in [None, 0, 1, 5, -1, "a"]:
            yield "collections.deque", (values, limit), {}
        yield "set", (values,), {}
        yield "reversed", (values,), {}
    yield "zip", (), {}
    yield "collections.deque", (), {"maxlen": 3}
    yield "reversed", ({1},), {}
    for value in [set(), {1: 2}, deque([[]]), range(0), Point(nan, [1])]:
        for name in ["repr", "bool", "len", "list"]:
            yield name, (value,), {}


def cases():
    yield from subscript_cases()
    yield from method_cases()
    yield from many_cases()
