"""Cases: methods of strings, formatting, JSON."""

import math
import random
from collections import deque
from itertools import product

from python_core_call import Point

INEXACT = {}
inf, nan = math.inf, math.nan
TEXTS = ["", "a", "hello world", "  spaced\tout \n", "Hello, World! it's 3rd", "ÉCOLE straße ǆ ﬁn", "ΟΔΥΣΣΕΥΣ ΑΣ", "123", "١٢³½四", "x_1-y"]
TEXTS += ["日本語テキスト", "a\u0301b", "\U0001f600 ok", "tab\tto\ttab", "line\nline\r\nlast\x0b\x1c\u2028end\n", "\x1f\xa0\u3000", "aaaa", "ß", "ŉ", "İ"]
PLAIN = "upper lower casefold title capitalize swapcase isalpha isdigit isdecimal isnumeric isalnum isspace isascii isprintable isupper"
PLAIN += " islower istitle strip lstrip rstrip split rsplit splitlines expandtabs"
SPECS = ["", "d", "5", "<5", ">8", "^9", "=+8", "+", " ", "-", "05", "*^10", "#x", "#b", "o", "X", "#o", "c", ",", "_", "_x", "_b", "012,", "09_d"]
SPECS += [".2f", ".0f", "#.0f", "8.3f", "+.1e", ".3g", "g", "G", "E", "F", "%", ".1%", ",.2f", "_.3f", "015,.2f", ".10g", "#g", "#.3g", "n", "z.1f"]
SPECS += ["s", ".2", "10.3s", "é<6", "<", "r", "y", ".", "5.", "10.2x", "zz", "{}", ",,", ",_", "_,", "=5s", "+s", "#s", "0>5", "<05", ".3d", "é", "00005", " d"]
SPECS += ["08.3f", "010", "x<010", "e", ".0e", "#.0e", ".0g", ".12", "20.15g", "030.4%", "+,d", "08x", "#010x", "#_x", "^5c", "5 ", "\t5", "N"]
NUMBERS = [0, 1, -1, 65, 255, -1234567, 2**63 - 1, True, -0.0, 0.5, 2.5, -2.675, 1234567.891, 1e-5, 1e16, 123456.0, 1e300, 5e-324]
NUMBERS += [99999.95, 0.00012345, -inf, nan]
OTHERS = [None, [1, "a"], (1,), {"a": 1.5}, {1}, deque([1], 2), range(3), Point(1, "é"), ..., set(), (), [[]], {}]


def formatting_cases(rng):
    for value, spec in product(NUMBERS, SPECS):
        yield "format", (value, spec), {}
    for value, spec in product(["", "text", "日本語", "é"], SPECS):
        yield "format", (value, spec), {}
    yield "format", (1, "1000000000000d"), {}
    yield "format", (1, "99999999999999999999d"), {}
    for value in OTHERS:
        for spec in ["", "5", "s"]:
            yield "format", (value, spec), {}
        for name in ["str", "repr", "ascii", "bool"]:
            yield name, (value,), {}
    for _ in range(250):
        x = rng.choice([1, -1]) * rng.random() * 10.0 ** rng.randint(-12, 20)
        yield "format", (x, f"{rng.choice(['', '+', '0', '#', ','])}{rng.choice(['', '12'])}.{rng.randint(0, 18)}{rng.choice('eEfgG%')}"), {}
    for kind, value in product("diouxXeEfFgGcrsa%yz", [0, -5, 65, 3.7, -0.0, 1e20, inf, nan, "é", None, True, [1], (), (1,), (1, 2), {"a": 1}]):
        if not (kind in "diu" and value == 1e20):
            yield "op.modulo", (f"<%{kind}>", value), {}
    for flags, kind, value in product(["5", "-5", "05", "+", " ", "#", "+08.2", ".3", "-8.3", "08", "#010", ".0", "#.0"], "dxoXefgsrc", [42, -42, 3.14159, "q"]):
        yield "op.modulo", (f"[%{flags}{kind}]", value), {}
    templates = [
        ("%.2f dB", -3.456), ("%d of %d", (1, 2)), ("%s", (1, 2)), ("%s %s", (1,)), ("%(a)s-%(b)03d", {"a": 1, "b": 2}), ("%(a)s", 5), ("%(c)s", {"a": 1}),
        ("%*d|", (5, 3)), ("%-*d|", (5, 3)), ("%.*f", (2, 3.14159)), ("%*d", ("a", 3)), ("100%%", ()), ("100%", ()), ("%", 1), ("%ld", 5), ("none", ()),
        ("none", 5), ("none", [1]), ("none", {}), ("%c%c", ("a", 98)), ("%c", "ab"), ("%c", 2**21), ("%s", "é"), ("%r %a", ("é", "é")), ("%5s|%-5s|%.1s", ("ab", "cd", "ef")),
        ("%(a", {"a": 1}), ("%((a))s", {"(a)": 1}), ("%i%%", 50), ("%x", 3.5), ("%d", "3"), ("%e", 12345.678), ("%G", 1e-10), ("%s", None), ("%d", inf), ("%d", nan),
    ]
    for template, value in templates:
        yield "op.modulo", (template, value), {}
    fields = [
        ("{} {}", (1, 2), {}), ("{0} {1} {0}", ("a", "b"), {}), ("{x:>5}|{y!r:^7}", (), {"x": 1, "y": "q"}), ("{0[1]} {0[0]}", ([1, 2],), {}), ("{p.x}", (), {"p": Point(3, 4)}),
        ("{0[key]}", ({"key": 5},), {}), ("{{}} {}", (1,), {}), ("{", (), {}), ("}", (), {}), ("{0", (1,), {}), ("{} {0}", (1,), {}), ("{0} {}", (1,), {}), ("{}", (), {}),
        ("{x}", (), {}), ("{:{}}", (3, 5), {}), ("{:{w}.{p}f}", (3.14159,), {"w": 10, "p": 2}), ("{!s} {!r} {!a}", ("é", "é", "é"), {}), ("{!z}", (1,), {}), ("{!}", (1,), {}),
        ("{!r", (1,), {}), ("{!rx}", (1,), {}), ("{0.nope}", (1,), {}), ("{0[9]}", ([1],), {}), ("{0[a]}", ([1],), {}), ("{0.}", (1,), {}), ("{0[}", ([1],), {}), ("{0[]}", ([1],), {}),
        ("{0[0]x}", ([1],), {}), ("{:d}", ("a",), {}), ("{a{b}}", (), {"a": 1}), ("{:,}", (1234567,), {}), ("{:.3}", ("abcdef",), {}), ("{: }", (5,), {}), ("{5}", (1,), {}),
        ("x{}y{}z", ("日", 2.5), {}), ("{:}", (1.0,), {}), ("{0!r:>10}", ("a",), {}), ("{0[-1]}", ([1],), {}), ("{:{:{}}}", (1, 2, 3), {}),
    ]
    for template, args, kwargs in fields:
        yield ".format", (template, *args), kwargs


def method_cases():
    for name, text in product(PLAIN.split(), TEXTS):
        yield f".{name}", (text,), {}
    for text in TEXTS:
        for name in ["repr", "ascii", "len", "list", "sorted", "reversed", "tuple", "str"]:
            yield name, (text,), {}
        for sub in ["", "a", "o w", "Σ", "aa"]:
            for name in ["find", "rfind", "index", "rindex", "count", "startswith", "endswith", "partition", "rpartition", "removeprefix", "removesuffix"]:
                yield f".{name}", (text, sub), {}
            yield ".replace", (text, sub, "<>"), {}
            yield ".replace", (text, sub, "", 1), {}
        for width in [0, 3, 12, -1]:
            for name in ["ljust", "rjust", "center", "zfill"]:
                yield f".{name}", (text, width), {}
            yield ".center", (text, width, "*"), {}
        for sep, most in product([None, " ", "l", "aa", ", "], [-1, 0, 1, 2]):
            yield ".split", (text, sep, most), {}
            yield ".rsplit", (text, sep, most), {}
        yield ".splitlines", (text, True), {}
        yield ".expandtabs", (text, 4), {}
        yield ".strip", (text, "ahel \n"), {}
        yield ".lstrip", (text, "ahel "), {}
        yield ".rstrip", (text, "日d\n"), {}
        for index in [0, 1, -1, 5, -5, 100, None, "a", 1.5, slice(1, 3, None), slice(None, None, -1), slice(-3, None, None), slice(None, None, 2), slice(0, 1, 0)]:
            yield "op.get_item", (text, index), {}
    for bounds in product([None, 0, 2, -3, 9], [None, 0, 4, -1, 9]):
        for name, sub in product(["find", "rfind", "index", "count", "startswith", "endswith"], ["", "l", "lo", "é"]):
            yield f".{name}", ("hélloél", sub, *bounds), {}
    for sign in ["+5", "-5", "", "+", "--1"]:
        yield ".zfill", (sign, 5), {}
    for items in [[], ["a"], ["a", "b"], ("x", "y"), "abc", ["a", 1], 5, {"k": 1}, [None], deque(["p", "q"])]:
        yield ".join", (", ", items), {}
    for args in [("a", 1), ("a", None), ("a", ""), ("a", ["b"]), ("a", ("b", "a")), ("a", ("b", 1))]:
        for name in ["find", "index", "count", "startswith", "endswith", "split", "rsplit", "partition", "rpartition", "strip", "removeprefix", "removesuffix", "join"]:
            yield f".{name}", args, {}
    yield ".replace", ("a", 1, "b"), {}
    yield ".replace", ("a", "b", 1), {}
    yield ".ljust", ("a", 5, "ab"), {}
    yield ".ljust", ("a", 5, 1), {}
    yield ".ljust", ("a", "x"), {}
    yield ".zfill", ("a", 1.5), {}


def json_cases():
    nested = {"b": [1, 2.5, None, True, {"x": []}], "a": {"é": "\"\\/\b\f\n\r\t\x00\x1f\x7f\u2028\U0001f600"}, "": {}, "t": (1, (2,))}
    values = [nested, [], {}, [[]], 1, -0.0, 1e16, inf, -inf, nan, None, True, "日本", {1: 1, 2.5: 2, True: 3, None: 4}, {False: 0}, [1, [2, [3]]]]
    values += [{1}, Point(1, 2), {(1,): 2}, range(3), deque([1]), {"a": {1}}, {"z": 1, "a": 2}, {1: 1, "a": 2}]
    options = [{}, {"indent": 2}, {"indent": 0}, {"indent": "\t"}, {"ensure_ascii": False}, {"sort_keys": True}, {"separators": (",", ":")}]
    options += [{"indent": 1, "sort_keys": True, "separators": (" ,", " :")}, {"indent": -1}]
    for value, kwargs in product(values, options):
        yield "json.dumps", (value,), kwargs


def cases():
    rng = random.Random(7)
    yield from formatting_cases(rng)
    yield from method_cases()
    yield from json_cases()
