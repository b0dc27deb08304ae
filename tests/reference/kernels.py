#!/usr/bin/env python3
"""Writes what the tests of kernel nodes compare with: tests/reference/kernel_data/*.f64.

    kernels.py            write them
    kernels.py --check    compute again and compare; exit 1 if anything differs

Each file is what comes out of one node in float64, channels interleaved, of every 97th frame: the input is long enough
for 20 Hz, the files are small. `nodes/tests/catalog/reference.rs` has the same cases with the parameters in the manifest's words.
Nothing here comes from the code under test: filters are bilinear transforms of their analog prototypes (SciPy), dynamics
are written down sample by sample from the papers. Another CPU may round the last bit of a function differently, so --check
allows -200 dB.
"""

import sys
from pathlib import Path

import numpy as np

import kernel_dynamics
import kernel_filters
import kernel_sources

DATA = Path(__file__).parent / "kernel_data"
MODULES = [kernel_filters, kernel_dynamics, kernel_sources]
STEP = 97


def fresh(path, value):
    if not path.exists():
        return False
    old = np.fromfile(path, "<f8")
    return old.shape == value.shape and np.sum((old - value) ** 2) <= 1e-20 * np.sum(value**2)


def main(check):
    files = {}
    for module in MODULES:
        for name, value in module.cases():
            files[f"{name}.f64"] = np.asarray(value)[::STEP].reshape(-1).astype("<f8")
    stale = [name for name, value in files.items() if not fresh(DATA / name, value)]
    extra = sorted(p.name for p in DATA.glob("*") if p.name not in files) if DATA.exists() else []
    if check:
        for name in stale:
            print(f"tests/reference/kernel_data/{name} is stale: run tests/reference/kernels.py", file=sys.stderr)
        for name in extra:
            print(f"tests/reference/kernel_data/{name} is no case's file", file=sys.stderr)
        return 1 if stale or extra else 0
    DATA.mkdir(exist_ok=True)
    for name in extra:
        (DATA / name).unlink()
    for name in stale:
        (DATA / name).write_bytes(files[name].tobytes())
    print(f"{len(files)} files, {sum(v.nbytes for v in files.values())} bytes; {len(stale)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
