"""Expected outputs of filters and dynamics, by SciPy and plain NumPy in f64.

Writes filter_data/input.f32 and one NAME.f64 for each case; --check only compares. Cases and coefficients are written here from the
cookbook and the paper, not taken from the project's code.
"""

import pathlib
import sys

import numpy as np
from scipy import signal

RATE = 48000
HERE = pathlib.Path(__file__).parent / "filter_data"


def rbj(kind, f, q, db=0.0):
    w = 2 * np.pi * f / RATE
    c, alpha, g = np.cos(w), np.sin(w) / (2 * q), 10 ** (db / 40)
    if kind == "lowpass":
        return [(1 - c) / 2, 1 - c, (1 - c) / 2], [1 + alpha, -2 * c, 1 - alpha]
    if kind == "highpass":
        return [(1 + c) / 2, -(1 + c), (1 + c) / 2], [1 + alpha, -2 * c, 1 - alpha]
    if kind == "bandpass":
        return [alpha, 0, -alpha], [1 + alpha, -2 * c, 1 - alpha]
    if kind == "notch":
        return [1, -2 * c, 1], [1 + alpha, -2 * c, 1 - alpha]
    if kind == "allpass":
        return [1 - alpha, -2 * c, 1 + alpha], [1 + alpha, -2 * c, 1 - alpha]
    if kind == "peaking":
        return [1 + alpha * g, -2 * c, 1 - alpha * g], [1 + alpha / g, -2 * c, 1 - alpha / g]
    beta = 2 * np.sqrt(g) * alpha
    if kind == "lowshelf":
        return (
            [g * (g + 1 - (g - 1) * c + beta), 2 * g * (g - 1 - (g + 1) * c), g * (g + 1 - (g - 1) * c - beta)],
            [g + 1 + (g - 1) * c + beta, -2 * (g - 1 + (g + 1) * c), g + 1 + (g - 1) * c - beta],
        )
    return (
        [g * (g + 1 + (g - 1) * c + beta), -2 * g * (g - 1 + (g + 1) * c), g * (g + 1 + (g - 1) * c - beta)],
        [g + 1 - (g - 1) * c + beta, 2 * (g - 1 - (g + 1) * c), g + 1 - (g - 1) * c - beta],
    )


def compressor(x, threshold=-20.0, ratio=4.0, attack=5.0, release=100.0, knee=6.0):
    a, r = np.exp(-1000 / (attack * RATE)), np.exp(-1000 / (release * RATE))
    out, state = np.empty_like(x), 0.0
    for n, sample in enumerate(x):
        over = 20 * np.log10(max(abs(sample), 1e-6)) - threshold
        if over < -knee / 2:
            wanted = 0.0
        elif over > knee / 2:
            wanted = (1 / ratio - 1) * over
        else:
            wanted = (1 / ratio - 1) * (over + knee / 2) ** 2 / (2 * knee)
        weight = a if wanted < state else r
        state = weight * state + (1 - weight) * wanted
        out[n] = sample * 10 ** (state / 20)
    return out


def cases():
    rng = np.random.default_rng(11)
    n = 2400
    t = np.arange(n) / RATE
    x = (0.4 * rng.uniform(-1, 1, n) + 0.3 * np.sin(2 * np.pi * 40 * t) + 0.2 * np.sin(2 * np.pi * 20 * t)).astype("<f4")
    wide = x.astype("f8")
    yield "input.f32", x
    for kind, f, q, db in [
        ("lowpass", 1000, 0.7071067811865476, 0),
        ("highpass", 80, 0.7071067811865476, 0),
        ("bandpass", 20, 2.0, 0),
        ("notch", 50, 5.0, 0),
        ("allpass", 300, 0.7071067811865476, 0),
        ("peaking", 40, 1.0, 6.0),
        ("lowshelf", 100, 0.7071067811865476, -9.0),
        ("highshelf", 6000, 0.7071067811865476, 5.0),
    ]:
        b, a = rbj(kind, f, q, db)
        yield f"{kind}.f64", signal.lfilter(b, a, wide)
    sos = signal.butter(8, 200, "highpass", fs=RATE, output="sos")
    yield "butterworth8.f64", signal.sosfilt(sos, wide)
    yield "fir.f64", np.convolve(wide, [0.1, -0.3, 0.5, 0.25, 0.05])
    yield "preemphasis.f64", signal.lfilter([1, -0.97], [1], wide)
    r = np.exp(-2 * np.pi * 20 / RATE)
    yield "dcremoval.f64", signal.lfilter([1, -1], [1, -r], wide)
    yield "compressor.f64", compressor(wide)


def main():
    check = "--check" in sys.argv
    HERE.mkdir(exist_ok=True)
    for name, data in cases():
        path = HERE / name
        if not check:
            data.astype("<f4" if name.endswith("f32") else "<f8").tofile(path)
            continue
        found = np.fromfile(path, "<f4" if name.endswith("f32") else "<f8")
        if len(found) != len(data) or not np.allclose(found, data, rtol=1e-11, atol=1e-12):
            sys.exit(f"{name} is stale: run {pathlib.Path(__file__).name}")


main()
