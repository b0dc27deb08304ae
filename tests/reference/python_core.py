#!/usr/bin/env python3
"""Writes what CPython makes of operators, built-in functions and methods: tests/reference/python_data/core_*.txt.

    python_core.py            write the tables
    python_core.py --check    compute again and compare; exit 1 if anything differs

Run it with CPython 3.11, whose messages these are: under another version `--check` has nothing to say. Nothing but the standard
library is needed. A line has five columns, separated by tabs:

    what is called      an entry of runtime-min/src/py/table.rs, or `op.name` for a function of ops.rs; before it perhaps
                        `~n `, where floats may be n units in the last place apart
    arguments           a tuple
    named arguments     a dict
    result              or `!Type 'message'`
    arguments after     where they differ from those before, else `-`

Values are written by ascii(). What is beyond 64 bits in Python is the OverflowError that it is in runtime-min, a complex power
its ValueError.
"""

import copy
import os
import sys
from pathlib import Path

import python_core_containers
import python_core_numbers
import python_core_operators
import python_core_texts
from python_core_call import call

DATA = Path(__file__).parent / "python_data"
MODULES = {
    "operators": python_core_operators,
    "numbers": python_core_numbers,
    "texts": python_core_texts,
    "containers": python_core_containers,
}


class Skip(Exception):
    """A case that says nothing, as part of its result is beyond 64 bits."""


def fits(value):
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, dict):
        return all(fits(k) and fits(v) for k, v in value.items())
    return not isinstance(value, (list, tuple, set)) or all(map(fits, value))


def outcome(name, args, kwargs):
    try:
        result = call(name, args, kwargs)
    except Exception as error:
        return f"!{type(error).__name__} {str(error)!a}"
    if isinstance(result, complex):
        return "!ValueError 'negative number cannot be raised to a fractional power'"
    if isinstance(result, int) and not fits(result):
        return "!OverflowError 'a whole number is beyond 64 bits'"
    if not fits(result):
        raise Skip
    return ascii(result)


def lines(module):
    out = []
    for name, args, kwargs in module.cases():
        ulps = module.INEXACT.get(name)
        before = ascii(args)
        # Each by itself: no two are one object.
        args = tuple(map(copy.deepcopy, args))
        try:
            result = outcome(name, args, kwargs)
        except Skip:
            continue
        after = ascii(args)
        columns = [f"~{ulps} {name}" if ulps else name, before, ascii(kwargs), result, "-" if after == before else after]
        out.append("\t".join(columns) + "\n")
    # A case once.
    return "".join(dict.fromkeys(out))


def exact(text):
    """The lines that do not depend on the C library, and what is asked by the others."""
    return [line.split("\t")[:3] if line.startswith("~") else line for line in text.splitlines()]


def main(check):
    if check and sys.version_info[:2] != (3, 11):
        return 0
    stale = []
    for name, module in MODULES.items():
        path, text = DATA / f"core_{name}.txt", lines(module)
        if not path.exists() or exact(path.read_text()) != exact(text):
            stale.append(path.name)
            if not check:
                DATA.mkdir(exist_ok=True)
                path.write_text(text)
        if not check:
            print(f"{path.name}: {text.count(chr(10))} cases, {len(text)} bytes")
    if check and stale:
        print(f"tests/reference/python_data: {', '.join(stale)} stale, run tests/reference/python_core.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets of strings is another in every run but with this.
        os.execve(sys.executable, [sys.executable, "-B", *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    sys.exit(main("--check" in sys.argv[1:]))
