#!/usr/bin/env python3
"""Writes the reference data that the tests of runtime-min compare with.

    generate.py            write tests/reference/data
    generate.py --check    compute again and compare with what is there; exit 1 if it differs

Computed with NumPy and SciPy alone (requirements.txt); nothing of it comes from the code under test. Another CPU may round
the last bit of NumPy's functions differently, so --check allows -140 dB for arrays and 1e-9 for figures.
"""

import json
import sys
from pathlib import Path

import numpy as np

import gains
import log_mel
import loudness
import meters
import resample
import stft

DATA = Path(__file__).parent / "data"
MODULES = [gains, log_mel, loudness, meters, resample, stft]


def encode(value):
    if isinstance(value, np.ndarray):
        return value.tobytes()
    return (json.dumps(value, indent=None, separators=(",", ":")) + "\n").encode()


def close(old, new):
    """Whether two JSON values agree in all but the last digits of their figures."""
    if isinstance(new, dict):
        return isinstance(old, dict) and old.keys() == new.keys() and all(close(old[k], new[k]) for k in new)
    if isinstance(new, list):
        return isinstance(old, list) and len(old) == len(new) and all(map(close, old, new))
    if isinstance(new, float):
        return isinstance(old, (int, float)) and abs(old - new) <= 1e-9 * max(1, abs(new))
    return old == new


def fresh(path, value):
    if not path.exists():
        return False
    if not isinstance(value, np.ndarray):
        return close(json.loads(path.read_text()), json.loads(encode(value)))
    old = np.fromfile(path, "<f4").astype(float)
    new = value.reshape(-1).astype(float)
    return old.shape == new.shape and np.sum((old - new) ** 2) <= 1e-14 * np.sum(new**2)


def main(check):
    files = {name: value for module in MODULES for name, value in module.cases()}
    stale = [name for name, value in files.items() if not fresh(DATA / name, value)]
    extra = sorted(p.name for p in DATA.glob("*") if p.name not in files) if DATA.exists() else []
    if check:
        for name in stale:
            print(f"tests/reference/data/{name} is stale: run tests/reference/generate.py", file=sys.stderr)
        for name in extra:
            print(f"tests/reference/data/{name} is no case's file", file=sys.stderr)
        return 1 if stale or extra else 0
    DATA.mkdir(exist_ok=True)
    for name in extra:
        (DATA / name).unlink()
    for name in stale:
        (DATA / name).write_bytes(encode(files[name]))
    print(f"{len(files)} files, {sum(len(encode(v)) for v in files.values())} bytes; {len(stale)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
