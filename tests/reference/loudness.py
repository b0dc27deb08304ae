"""Loudness by the text of ITU-R BS.1770-4, in NumPy and SciPy.

The filters at another rate than 48 kHz come from the recommendation's coefficients: back to the s plane by the inverse of
the bilinear transform, and forth again at the new rate, prewarped so that the frequency of the poles stays where it is.
(The Rust side has the analogue parameters instead.)
"""

import numpy as np
from scipy import signal

from signals import bursts, frames

SHELF = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585])
HIGH_PASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])
WEIGHTS = {1: [1], 2: [1, 1], 5: [1, 1, 1, 1.41, 1.41], 6: [1, 1, 1, 0, 1.41, 1.41]}

CASES = [
    # rate, channels, seconds, samples of noise at one level
    (48000, 2, 4.05, 30000),
    (44100, 1, 4.0, 20000),
    (16000, 6, 4.5, 50000),
    (8000, 1, 3.33, 4000),
]


def at_rate(b, a, rate):
    """The same analogue filter, transformed at `rate`."""
    if rate == 48000:
        return b, a
    to_s = lambda roots: 2 * 48000 * (roots - 1) / (roots + 1)
    zeros, poles = to_s(np.roots(b)), to_s(np.roots(a))
    corner = np.arctan(np.sqrt(np.prod(np.abs(poles))) / (2 * 48000)) * 48000
    warp = rate * np.tan(corner / rate) / (48000 * np.tan(corner / 48000))
    # The gain of the s plane's form follows from the response at the Nyquist frequency, s -> infinity.
    gain = np.polyval(b, -1) / np.polyval(a, -1)
    z, p, k = signal.bilinear_zpk(zeros * warp, poles * warp, gain, rate)
    return k * np.real(np.poly(z)), np.real(np.poly(p))


def lufs(mean_square):
    return float(max(-120, -0.691 + 10 * np.log10(mean_square))) if mean_square > 0 else -120.0


def measure(x, rate):
    """Momentary and short-term loudness per 100 ms, and integrated loudness of the whole."""
    y = x
    for b, a in (SHELF, HIGH_PASS):
        y = signal.lfilter(*at_rate(b, a, rate), y, axis=0)
    step = round(rate / 10)
    steps = len(y) // step
    energy = (y[: steps * step] ** 2).reshape(steps, step, -1).sum(axis=1) @ WEIGHTS[x.shape[1]]

    def blocks(length):
        if steps < length:
            return np.empty(0)
        return np.convolve(energy, np.ones(length), "valid") / (length * step)

    momentary, short_term = blocks(4), blocks(30)
    loud = momentary[momentary > 10 ** ((-70 + 0.691) / 10)]
    loud = loud[loud > loud.mean() / 10]
    return {
        "momentary_lufs": [lufs(m) for m in momentary],
        "short_term_lufs": [lufs(m) for m in short_term],
        "integrated_lufs": lufs(loud.mean()),
    }


def cases():
    out = []
    for rate, channels, seconds, length in CASES:
        count = int(rate * seconds)
        x = frames(bursts(count * channels, 4, length), channels)
        out.append({"rate": rate, "channels": channels, "frames": count, "length": length} | measure(x, rate))
    yield "loudness.json", out
