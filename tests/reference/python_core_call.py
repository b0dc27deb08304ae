"""Calls by the names that runtime-min has for them."""

import builtins
import collections
import json
import math
import operator
from dataclasses import dataclass


@dataclass
class Point:
    """The record of the tests."""

    x: object
    y: object


def unpack(value, count):
    names = ", ".join(f"t{i}" for i in range(count))
    scope = {"value": value}
    exec(f"[{names}] = value" if count else "[] = value", scope)
    return [scope[f"t{i}"] for i in range(count)]


def unpack_starred(value, before, after):
    names = [f"t{i}" for i in range(before)] + ["*rest"] + [f"u{i}" for i in range(after)]
    scope = {"value": value}
    exec(f"{', '.join(names)}, = value", scope)
    return [scope[name.lstrip("*")] for name in names]


def augmented(symbol):
    def run(a, b):
        scope = {"a": a, "b": b}
        exec(f"a {symbol}= b", scope)
        return scope["a"]

    return run


OPERATORS = {
    "bit_and": operator.and_,
    "bit_or": operator.or_,
    "bit_xor": operator.xor,
    "div": operator.truediv,
    "floordiv": operator.floordiv,
    "modulo": operator.mod,
    "pow": lambda a, b: a**b,
    "shl": operator.lshift,
    "shr": operator.rshift,
    "contains": lambda item, container: item in container,
    "not_contains": lambda item, container: item not in container,
    "get_item": operator.getitem,
    "set_item": operator.setitem,
    "del_item": operator.delitem,
    "attribute": getattr,
    "set_attribute": setattr,
    "is": operator.is_,
    "is_not": operator.is_not,
    "truth": bool,
    "iterate": lambda value: list(iter(value)),
    "unpack": unpack,
    "unpack_starred": unpack_starred,
    "type_name": lambda value: type(value).__name__,
    "iadd": augmented("+"),
    "isub": augmented("-"),
    "imul": augmented("*"),
    "idiv": augmented("/"),
    "ifloordiv": augmented("//"),
    "imod": augmented("%"),
    "ipow": augmented("**"),
    "iand": augmented("&"),
    "ior": augmented("|"),
    "ixor": augmented("^"),
    "ishl": augmented("<<"),
    "ishr": augmented(">>"),
}
SPREADS = {
    "dict.spread": lambda members, mapping: members.update({**mapping}),
    "list.spread": lambda items, iterable: items.extend([*iterable]),
}
MODULES = {"math": math, "json": json, "collections": collections}
LAZY = (reversed, enumerate, zip, type({}.keys()), type({}.values()), type({}.items()), type(iter([])))


def call(name, args, kwargs):
    if name.startswith("op."):
        name = name[3:]
        result = OPERATORS.get(name, getattr(operator, name, None))(*args)
    elif name in SPREADS:
        result = SPREADS[name](*args)
    elif name.startswith("."):
        result = getattr(args[0], name[1:])(*args[1:], **kwargs)
    elif "." in name:
        module, function = name.split(".")
        result = getattr(MODULES[module], function)(*args, **kwargs)
    else:
        result = getattr(builtins, name)(*args, **kwargs)
    if isinstance(result, LAZY) or type(result).__name__.endswith("iterator"):
        return list(result)
    return result
