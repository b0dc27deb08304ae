#!/usr/bin/env python3
"""Writes the tables of runtime-min/src/py/unicode, sets.rs, cases.rs and variants.rs: what CPython 3.11 says of characters.

    python_unicode.py            write it
    python_unicode.py --check    compute again and compare; exit 1 if it differs

Run it with CPython 3.11: a newer one has newer Unicode tables, as have the functions of Rust's core. Characters that are
new since Unicode 14 are of no consequence here.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "runtime-min/src/py/unicode"
# Surrogates are not characters of Rust.
CHARACTERS = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def bounds(predicate):
    """Where the predicate changes, from false below the first."""
    out, before = [], False
    for c in CHARACTERS:
        if predicate(c) != before:
            out.append(ord(c))
            before = not before
    return out


def numbers(name, doc, values):
    return f"/// {doc}\npub static {name}: [u32; {len(values)}] = [{', '.join(map(hex, values))}];\n\n"


def gaps(name, doc, predicate):
    """The same as the distances from one change to the next: seven bits a byte, the lowest first, 0x80 where more follow."""
    out, last = bytearray(), 0
    for at in bounds(predicate):
        gap, last = at - last, at
        while gap > 127:
            out.append(gap & 127 | 128)
            gap >>= 7
        out.append(gap)
    rows = ", ".join(map(str, out))
    return f"/// {doc}\npub static {name}: [u8; {len(out)}] = [{rows}];\n\n"


def mappings(name, doc, pairs):
    escaped = lambda text: "".join(f"\\u{{{ord(c):x}}}" for c in text)
    rows = ", ".join(f"('{escaped(c)}', \"{escaped(to)}\")" for c, to in pairs)
    return f"/// {doc}\npub static {name}: [(char, &str); {len(pairs)}] = [{rows}];\n\n"


def runs(name, doc, case):
    """What maps to one other character: stretches of them, each, or every second, as far from its image."""
    out = []
    for c in CHARACTERS:
        to = case(c)
        if to == c or len(to) != 1:
            continue
        first, last, step, delta = out[-1] if out else (None, None, None, None)
        gap = ord(c) - last if out else 0
        if out and delta == ord(to) - ord(c) and gap in ((1, 2) if first == last else (step,)):
            out[-1] = (first, ord(c), gap, delta)
        else:
            out.append((ord(c), ord(c), 1, ord(to) - ord(c)))
    rows = ", ".join(f"Run {{ first: {first:#x}, last: {last:#x}, step: {step}, delta: {delta} }}" for first, last, step, delta in out)
    return f"/// {doc}\npub static {name}: [Run; {len(out)}] = [{rows}];\n\n"


def is_cased(c):
    """A sigma behind it is a final one: of characters that are not ignored there."""
    return (c + "\u03a3").lower()[-1] == "\u03c2"


def is_ignorable(c):
    return ("A" + c + "\u03a3").lower()[-1] == "\u03c2" and not is_cased(c)


def sets():
    zeros = [ord(c) for c in CHARACTERS if c.isdecimal() and int(c) == 0]
    assert all(chr(z + i).isdecimal() and int(chr(z + i)) == i for z in zeros for i in range(10))
    assert len(zeros) * 10 == sum(c.isdecimal() for c in CHARACTERS)
    out = "//! A set is the sorted list of the characters at which membership changes, from no below the first.\n\n"
    out += numbers("ALPHABETIC", "`str.isalpha`.", bounds(str.isalpha))
    out += numbers("ZEROS", "The zeros of decimal digits; the other nine follow each.", zeros)
    out += numbers("DIGITS", "`str.isdigit` beyond decimal ones.", bounds(lambda c: c.isdigit() and not c.isdecimal()))
    out += numbers("NUMERIC", "`str.isnumeric`.", bounds(str.isnumeric))
    out += numbers("TITLE", "Letters of title case.", bounds(lambda c: not c.isupper() and c.istitle()))
    out += numbers("CASED", "A sigma behind one of them may be the last of a word.", bounds(is_cased))
    ignorable = "Characters that stand between a sigma and such a one as if they were not there."
    out += numbers("IGNORABLE", ignorable, bounds(is_ignorable))
    printable = "`str.isprintable`, as distances from one change to the next: seven bits a byte, the lowest first, 0x80 where more follow."
    return out + gaps("PRINTABLE", printable, str.isprintable)


def cases():
    several = lambda case: [(c, case(c)) for c in CHARACTERS if len(case(c)) > 1]
    out = "//! What characters become in upper and in lower case.\n\nuse super::Run;\n\n"
    out += runs("UPPER", "`str.upper` of one character to one.", str.upper)
    out += mappings("UPPERS", "`str.upper` of one character to several.", several(str.upper))
    out += runs("LOWER", "`str.lower` of one character to one.", str.lower)
    return out + mappings("LOWERS", "`str.lower` of one character to several.", several(str.lower))


def variants():
    titles = [(c, c.title()) for c in CHARACTERS if c.title() != c.upper()]
    folds = [(c, c.casefold()) for c in CHARACTERS if c.casefold() != c.lower()]
    out = "//! What characters become in title case and when case is folded.\n\n"
    out += mappings("TITLES", "Where the title case differs from the upper case.", titles)
    return out + mappings("FOLDS", "Where the folded case differs from the lower case.", folds)


def formatted(tables):
    out = "//! Of characters, as CPython 3.11 has them; written by tests/reference/python_unicode.py.\n//!\n" + tables
    command = ["rustfmt", "--edition", "2024", "--config", "max_width=120,use_small_heuristics=Max"]
    return subprocess.run(command, input=out, capture_output=True, text=True, check=True).stdout


def main(check):
    if check and sys.version_info[:2] != (3, 11):
        return 0
    stale = 0
    for name, tables in [("sets.rs", sets()), ("cases.rs", cases()), ("variants.rs", variants())]:
        file, new = FOLDER / name, formatted(tables)
        if not check:
            file.write_text(new)
            print(f"{name}: {len(new)} bytes")
        elif not file.exists() or file.read_text() != new:
            print(f"{name} is stale, run tests/reference/python_unicode.py", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
