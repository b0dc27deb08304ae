"""Resampling against SciPy: `firwin` designs the same prototype at `L` times the input's rate, `upfirdn` applies it.

Run by itself, it measures pass band and stop band, the table in runtime-min/src/nodes/resample.rs.
"""

from math import gcd

import numpy as np
from scipy import signal

from signals import frames, noise, rounded

# Periods of the lower rate under the window, and the shape of the window.
QUALITY = {"low": (64, 7.857), "medium": (128, 10.06), "high": (256, 14.47)}
CUTOFF = 0.95

CASES = [
    # source, target, quality, channels, frames
    (44100, 48000, "low", 1, 1500),
    (44100, 48000, "medium", 1, 1500),
    (44100, 48000, "high", 2, 1500),
    (48000, 44100, "high", 1, 1501),
    (48000, 16000, "low", 1, 2000),
    (48000, 16000, "medium", 1, 2000),
    (48000, 16000, "high", 2, 2000),
    (16000, 48000, "high", 1, 700),
    (8000, 44100, "high", 1, 300),
    (96000, 44100, "high", 1, 2500),
    (192000, 8000, "high", 1, 6000),
    # Beyond the table of all phases: a cubic between 256 of them.
    (44100, 48001, "low", 1, 1000),
    (44100, 48001, "high", 1, 1000),
    (48001, 16000, "medium", 1, 2000),
]


def design(source, target, quality):
    common = gcd(source, target)
    up, down = target // common, source // common
    periods, beta = QUALITY[quality]
    taps = -(-periods * max(up, down) // up)
    return up, down, -(-taps // 16) * 16, beta


def by_scipy(x, source, target, quality):
    """The whole prototype at once, each phase scaled to a sum of 1."""
    up, down, taps, beta = design(source, target, quality)
    h = signal.firwin(taps * up + 1, CUTOFF / max(up, down), window=("kaiser", beta), scale=False)[:-1]
    phases = h.reshape(taps, up)
    h = (phases / phases.sum(axis=0)).reshape(-1)
    y = signal.upfirdn(h, np.concatenate([x, np.zeros(taps)]), up=up, down=1)
    count = -(-len(x) * up // down)
    return y[taps // 2 * up :][::down][:count]


def by_definition(x, source, target, quality):
    """Each output by itself: for ratios whose prototype would not fit."""
    up, down, taps, beta = design(source, target, quality)
    half, cutoff = taps // 2, CUTOFF * min(1, up / down)
    padded = np.concatenate([np.zeros(half - 1), x, np.zeros(taps)])
    out = np.empty(-(-len(x) * up // down))
    for k in range(len(out)):
        n, phase = divmod(k * down, up)
        t = np.arange(taps) - (half - 1) - phase / up
        h = np.sinc(cutoff * t) * np.i0(beta * np.sqrt(np.maximum(0, 1 - (t / half) ** 2)))
        out[k] = h @ padded[n : n + taps] / h.sum()
    return out


def cases():
    for source, target, quality, channels, count in CASES:
        up, _, taps, _ = design(source, target, quality)
        method = by_scipy if up * taps <= 2**20 else by_definition
        x = frames(noise(count * channels, 1), channels)
        y = np.stack([method(x[:, c], source, target, quality) for c in range(channels)], axis=1)
        yield f"resample_{source}_{target}_{quality}.f32", rounded(y)


def measure():
    """Prints what the module's documentation states."""
    steps = 64
    f = np.linspace(0, 1.3, 52001)
    limits = {"low": (0.87, 80), "medium": (0.90, 100), "high": (0.91, 140)}
    for quality, (periods, beta) in QUALITY.items():
        h = signal.firwin(periods * steps + 1, CUTOFF / steps, window=("kaiser", beta))
        _, response = signal.freqz(h, worN=f * np.pi / steps)
        db = 20 * np.log10(np.abs(response) + 1e-20)
        edge, attenuation = limits[quality]
        stop = f[np.flatnonzero(db > -attenuation)[-1] + 1]
        ripple = np.abs(db[f <= edge]).max()
        print(f"{quality}: up to {edge} within {ripple:.1e} dB, from {stop:.4f} below -{attenuation} dB")


if __name__ == "__main__":
    measure()
