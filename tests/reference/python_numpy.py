#!/usr/bin/env python3
"""Writes what NumPy gives for the cases of python_numpy_cases.py: tests/reference/python_data/numpy.jsonl.

    python_numpy.py            write it
    python_numpy.py --check    compute again and compare; exit 1 if anything differs

Each line is {"case", "program", "result"}: the text, its syntax tree as nested lists, which the test evaluates with the
functions of runtime-min, and the value with its bits, or the error. A case is statements, the last of which is an expression.
"~" before it allows 2 units in the last place for each element, "^" as many of the largest element, "*" a thousandth part of
the digits (32 units of the largest element): what NumPy computes with the instructions of the machine or leaves to BLAS. All
other results have the same bits everywhere; --check computes all of them again and allows what the test allows.
"""

import ast
import json
import sys
import warnings
from pathlib import Path

import numpy as np

from python_numpy_cases import CASES, INPUTS

DATA = Path(__file__).parent / "python_data" / "numpy.jsonl"
OPERATORS = {
    "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "MatMult": "@", "BitAnd": "&",
    "BitOr": "|", "BitXor": "^", "LShift": "<<", "RShift": ">>", "USub": "-", "UAdd": "+", "Invert": "~", "Eq": "==",
    "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=",
}


def dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return base and f"{base}.{node.attr}"
    return None


def tree(node):
    """A syntax tree as lists whose first element says what they are."""
    symbol = lambda op: OPERATORS[type(op).__name__]
    match node:
        case ast.Constant(value=value):
            return ["..."] if value is ... else ["constant", encode(value)]
        case ast.Name(id=name):
            return ["name", name]
        case ast.List(elts=items):
            return ["list", *map(tree, items)]
        case ast.Tuple(elts=items):
            return ["tuple", *map(tree, items)]
        case ast.Slice(lower=a, upper=b, step=c):
            return ["slice", *(["constant", None] if x is None else tree(x) for x in (a, b, c))]
        case ast.BinOp(left=a, op=op, right=b):
            return ["binary", symbol(op), tree(a), tree(b)]
        case ast.UnaryOp(op=op, operand=a):
            return ["unary", symbol(op), tree(a)]
        case ast.Compare(left=a, ops=[op], comparators=[b]):
            return ["compare", symbol(op), tree(a), tree(b)]
        case ast.Subscript(value=a, slice=i):
            return ["item", tree(a), tree(i)]
        case ast.Attribute(value=a, attr=name):
            whole = dotted(node)
            return ["type", name] if whole and whole.startswith("np.") else ["attribute", name, tree(a)]
        case ast.Call(func=f, args=args, keywords=keywords):
            name, given = dotted(f), [tree(a) for a in args]
            if isinstance(f, ast.Attribute) and not (name and name.startswith("np.")):
                name, given = f".{f.attr}", [tree(f.value), *given]
            return ["call", name, given, {k.arg: tree(k.value) for k in keywords}]
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return ["let", name, tree(value)]
        case ast.Assign(targets=[ast.Subscript(value=a, slice=i)], value=value):
            return ["set", tree(a), tree(i), tree(value)]
        case ast.AugAssign(target=target, op=op, value=value):
            return ["augment", symbol(op), tree(target), tree(value)]
        case ast.Expr(value=value):
            return tree(value)
    raise ValueError(ast.dump(node))


def encode(value):
    """A value with its bits."""
    if isinstance(value, np.ndarray):
        # NumPy has more types than arrays here: float16 is float32, int8 and the wide unsigned ones are int64.
        kind = {"float16": "float32", "uint64": "int64", "int8": "int64"}.get(str(value.dtype), str(value.dtype))
        value = np.ascontiguousarray(value).astype(kind).reshape(value.shape)
        return {"array": kind, "shape": list(value.shape), "bytes": value.tobytes().hex()}
    if isinstance(value, np.generic):
        return {**encode(np.asarray(value)), "scalar": True}
    if isinstance(value, complex):
        return encode(np.complex128(value))
    if isinstance(value, float):
        return {"float": np.float64(value).tobytes().hex()}
    if isinstance(value, tuple):
        return {"tuple": [encode(v) for v in value]}
    if isinstance(value, list):
        return {"list": [encode(v) for v in value]}
    if isinstance(value, np.dtype):
        return {"type": value.name}
    return value


def error(e):
    """The type that compiled code names, and the message."""
    kinds = ["UFuncTypeError", "AxisError", "OverflowError", "IndexError", "ValueError", "TypeError", "AttributeError"]
    kinds += ["ZeroDivisionError"]
    names = [c.__name__ for c in type(e).__mro__]
    return {"error": next((k for k in kinds if k in names), names[0]), "message": str(e)}


def wave(n, dtype=np.float32):
    """Numbers between -1 and 1 that the test makes for itself."""
    i = np.arange(n, dtype=np.int64)
    return (((i * 7919 + 12345) % 65536 - 32768) / 32768).astype(dtype)


def run(text):
    space = {"np": np, "wave": wave, **{k: v.copy() for k, v in INPUTS.items()}}
    module = ast.parse(text)
    *before, last = module.body
    try:
        exec(compile(ast.Module(before, []), text, "exec"), space)
        return encode(eval(compile(ast.Expression(last.value), text, "eval"), space))
    except Exception as e:
        return error(e)


def lines():
    yield {"inputs": {name: encode(value) for name, value in INPUTS.items()}}
    for case in CASES:
        text = case[2:] if tolerance(case) else case
        yield {"case": case, "program": [tree(s) for s in ast.parse(text).body], "result": run(text)}


def tolerance(case):
    return case[:2] in ("~ ", "^ ", "* ")


def close(case, old, new):
    if old == new:
        return True
    if not tolerance(case) or not isinstance(old, dict) or old.keys() != new.keys() or old.get("shape") != new.get("shape"):
        return False
    if "tuple" in old or "list" in old:
        return all(close(case, a, b) for a, b in zip(*(v.get("tuple") or v.get("list") for v in (old, new))))
    a, b = (np.frombuffer(bytes.fromhex(v["bytes"]), v["array"]) for v in (old, new))
    size = np.abs(b) if case[0] == "~" else np.max(np.abs(b))
    units = 64 if case[0] == "*" else 4
    return bool(np.all((np.abs(a - b) <= units * np.finfo(b.dtype).eps * size) | (a == b) | (np.isnan(a) & np.isnan(b))))


def main(check):
    warnings.simplefilter("ignore")
    fresh = list(lines())
    if check:
        kept = [json.loads(line) for line in DATA.read_text().splitlines()] if DATA.exists() else []
        same = len(kept) == len(fresh) and all(
            a.get("program") == b.get("program") and a.get("inputs") == b.get("inputs") and close(b.get("case", " "), a.get("result"), b.get("result"))
            for a, b in zip(kept, fresh)
        )
        if not same:
            print(f"tests/reference/python_data: {DATA.name} stale, run tests/reference/python_numpy.py", file=sys.stderr)
            return 1
        return 0
    DATA.parent.mkdir(exist_ok=True)
    text = "".join(json.dumps(line, separators=(",", ":"), allow_nan=False) + "\n" for line in fresh)
    DATA.write_text(text)
    print(f"{DATA.name}: {len(fresh) - 1} cases, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
