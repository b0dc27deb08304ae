"""Filters: analog prototypes of the RBJ cookbook through SciPy's bilinear transform; Butterworth filters by SciPy."""

import numpy as np
from scipy import signal as sp

from kernel_signals import RATE, signal

NYQUIST_Q = np.sqrt(0.5)


def quality(frequency, q=None, octaves=None, slope=None, gain=1.0):
    """Q from the width as the cookbook states it."""
    if octaves is not None:
        w = 2 * np.pi * frequency / RATE
        return 1 / (2 * np.sinh(np.log(2) / 2 * octaves * w / np.sin(w)))
    if slope is not None:
        return 1 / np.sqrt((gain + 1 / gain) * (1 / slope - 1) + 2)
    return NYQUIST_Q if q is None else q


def prototype(shape, q, gain):
    """Numerator and denominator in s, for an angular frequency of 1; gain is the square root of the amplitude."""
    root = np.sqrt(gain)
    plain = [1, 1 / q, 1]
    return {
        "low_pass": ([1], plain),
        "high_pass": ([1, 0, 0], plain),
        "band_pass": ([1 / q, 0], plain),
        "notch": ([1, 0, 1], plain),
        "all_pass": ([1, -1 / q, 1], plain),
        "peaking": ([1, gain / q, 1], [1, 1 / (gain * q), 1]),
        "low_shelf": ([gain, gain * root / q, gain * gain], [gain, root / q, 1]),
        "high_shelf": ([gain * gain, gain * root / q, gain], [1, root / q, gain]),
    }[shape]


def section(x, shape, frequency, gain_db=0.0, **width):
    gain = 10 ** (gain_db / 40)
    numerator, denominator = prototype(shape, quality(frequency, gain=gain, **width), gain)
    b, a = sp.bilinear(numerator, denominator, fs=0.5 / np.tan(np.pi * frequency / RATE))
    return sp.lfilter(b, a, x, axis=0)


def butterworth(x, kind, order, frequency):
    return sp.sosfilt(sp.butter(order, frequency, kind, fs=RATE, output="sos"), x, axis=0)


def equalizer(x, gains, frequencies, q):
    for gain, frequency, width in zip(gains, frequencies, q):
        x = section(x, "peaking", frequency, gain, q=width)
    return x


def cases():
    x = signal()
    yield "low_pass", section(x, "low_pass", 1000)
    yield "low_pass_20", section(x, "low_pass", 20)
    yield "low_pass_q", section(x, "low_pass", 4000, q=8)
    yield "low_pass_order_6", butterworth(x, "low", 6, 500)
    yield "high_pass", section(x, "high_pass", 80)
    yield "high_pass_octaves", section(x, "high_pass", 5000, octaves=2)
    yield "high_pass_order_4", butterworth(x, "high", 4, 20)
    yield "high_pass_order_8", butterworth(x, "high", 8, 300)
    yield "band_pass", section(x, "band_pass", 20, q=5)
    yield "band_pass_octaves", section(x, "band_pass", 9000, octaves=1)
    yield "notch", section(x, "notch", 50, q=10)
    yield "all_pass", section(x, "all_pass", 30)
    yield "peaking", section(x, "peaking", 20, 9, q=2)
    yield "peaking_octaves", section(x, "peaking", 3000, -12, octaves=0.5)
    yield "low_shelf", section(x, "low_shelf", 40, 6)
    yield "low_shelf_slope", section(x, "low_shelf", 200, -9, slope=0.8)
    yield "high_shelf", section(x, "high_shelf", 30, -6, q=1)
    yield "high_shelf_slope", section(x, "high_shelf", 8000, 12, slope=0.5)
    yield "biquad", sp.lfilter([0.25, 0.125, -0.5], [2, -3.25, 1.5], x, axis=0)
    gains, bands = [6, -3, 2, -4, 1, 5, -6, 3], [60, 150, 400, 1000, 2400, 5000, 10_000, 15_000]
    yield "equalizer", equalizer(x, gains, bands, [1] * 8)
    yield "equalizer_q", equalizer(x, [12, -12, 4], [20, 35, 21_000], [3, 1.5, 0.5])
    taps = (np.arange(48) * 37 % 101 - 50) / 1024
    yield "fir", np.stack([np.convolve(lane, taps) for lane in x.T], axis=1)
    r = np.exp(-2 * np.pi * 20 / RATE)
    yield "dc_removal", sp.lfilter([1, -1], [1, -r], x, axis=0)
    yield "pre_emphasis", x - 0.97 * np.concatenate([np.zeros((1, 2)), x[:-1]])
    yield "de_emphasis", sp.lfilter([1], [1, -0.97], x, axis=0)
