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


def varint(number):
    """Seven bits a byte, the lowest first, 0x80 where more follow."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return out + bytes([number])


def table(name, doc, entries, every):
    """Entries of numbers in bytes, each with the character that it ends at; the index says where every so manieth begins."""
    out, index = bytearray(), []
    for i, (numbers, _) in enumerate(entries):
        if i and i % every == 0:
            index.append(f"({entries[i - 1][1]:#x}, {len(out)})")
        out += b"".join(map(varint, numbers))
    rows = ", ".join(map(str, out))
    return f"/// {doc}\npub static {name}: Table = Table {{ index: &[{', '.join(index)}], bytes: &[{rows}] }};\n\n"


def members(name, doc, predicate):
    """A set by the distances from one change of membership to the next."""
    changes = bounds(predicate)
    # An even number of changes is behind each place of the index: nothing is a member there.
    return table(name, doc, [([at - last], at) for last, at in zip([0, *changes], changes)], 64)


def numbers(name, doc, values):
    return f"/// {doc}\npub static {name}: [u32; {len(values)}] = [{', '.join(map(hex, values))}];\n\n"


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
    entries, before = [], 0
    for first, last, step, delta in out:
        # The sign is the lowest bit but one, the lowest says that every second is meant.
        image = 4 * abs(delta) + 2 * (delta < 0) + (step == 2)
        entries.append(([first - before, (last - first) // step, image], last))
        before = last
    return table(name, doc, entries, 32)


def is_cased(c):
    """A sigma behind it is a final one: of characters that are not ignored there."""
    return (c + "\u03a3").lower()[-1] == "\u03c2"


def is_ignorable(c):
    return ("A" + c + "\u03a3").lower()[-1] == "\u03c2" and not is_cased(c)


def sets():
    zeros = [ord(c) for c in CHARACTERS if c.isdecimal() and int(c) == 0]
    assert all(chr(z + i).isdecimal() and int(chr(z + i)) == i for z in zeros for i in range(10))
    assert len(zeros) * 10 == sum(c.isdecimal() for c in CHARACTERS)
    out = "//! A set is the distances from one character at which membership changes to the next, from no below the first.\n\n"
    out += "use super::Table;\n\n"
    out += members("ALPHABETIC", "`str.isalpha`.", str.isalpha)
    out += numbers("ZEROS", "The zeros of decimal digits; the other nine follow each.", zeros)
    out += members("DIGITS", "`str.isdigit` beyond decimal ones.", lambda c: c.isdigit() and not c.isdecimal())
    out += members("NUMERIC", "`str.isnumeric`.", str.isnumeric)
    out += members("TITLE", "Letters of title case.", lambda c: not c.isupper() and c.istitle())
    out += members("CASED", "A sigma behind one of them may be the last of a word.", is_cased)
    ignorable = "Characters that stand between a sigma and such a one as if they were not there."
    out += members("IGNORABLE", ignorable, is_ignorable)
    return out + members("PRINTABLE", "`str.isprintable`.", str.isprintable)


def cases():
    several = lambda case: [(c, case(c)) for c in CHARACTERS if len(case(c)) > 1]
    out = "//! What characters become in upper and in lower case. Of a run of characters there is its distance from the one before, the number of\n"
    out += "//! those behind its first, and the distance to their images, with two bits below it: its sign, and whether every second is meant.\n\n"
    out += "use super::Table;\n\n"
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
