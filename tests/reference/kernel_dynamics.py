"""Dynamics, frame by frame in float64.

The compressor after Giannoulis, Massberg and Reiss, *Digital Dynamic Range Compressor Design*, J. Audio Eng. Soc. 60(6), 2012:
static curve (4), smooth branching detector (16) on the gain reduction in dB, both channels by the louder one. The other
definitions are those of the manual.
"""

import math

import numpy as np

from kernel_signals import RATE, bursts


def pole(ms):
    return math.exp(-1000 / (ms * RATE)) if ms > 0 else 0.0


def compressor(x, threshold=-20.0, ratio=4.0, attack=5.0, release=100.0, knee=6.0, makeup=0.0):
    out, reduction = np.empty_like(x), 0.0
    for i, frame in enumerate(x):
        level = 20 * math.log10(max(np.max(np.abs(frame)), 1e-6))
        if 2 * (level - threshold) < -knee:
            curve = level
        elif 2 * (level - threshold) <= knee and knee > 0:
            curve = level + (1 / ratio - 1) * (level - threshold + knee / 2) ** 2 / (2 * knee)
        else:
            curve = threshold + (level - threshold) / ratio
        wanted = curve - level
        weight = pole(attack) if wanted < reduction else pole(release)
        reduction = weight * reduction + (1 - weight) * wanted
        out[i] = frame * 10 ** ((reduction + makeup) / 20)
    return out


def noise_gate(x, threshold=-45.0, hysteresis=6.0, attack=1.0, hold=50.0, release=100.0, floor=-80.0):
    upper, lower, closed = 10 ** (threshold / 20), 10 ** ((threshold - hysteresis) / 20), 10 ** (floor / 20)
    out, opened, quiet, gain = np.empty_like(x), False, math.inf, closed
    for i, frame in enumerate(x):
        level = np.max(np.abs(frame))
        quiet = quiet + 1 if level < lower else 0
        if level >= upper:
            opened = True
        elif quiet > round(hold * RATE / 1000):
            opened = False
        target = 1.0 if opened else closed
        weight = pole(attack) if target > gain else pole(release)
        gain = weight * gain + (1 - weight) * target
        out[i] = frame * gain
    return out


def limiter(x, ceiling=-1.0, look_ahead=5.0, release=50.0):
    """The gain that each frame needs, least over the look-ahead in blocks of an eighth, released, averaged."""
    top, ahead = 10 ** (ceiling / 20), round(look_ahead * RATE / 1000)
    padded = np.concatenate([x, np.zeros((ahead, x.shape[1]))])
    needed = np.minimum(1, top / np.maximum(np.max(np.abs(padded), axis=1), 1e-30))
    block = -(-ahead // 8)
    held, now = np.empty(len(padded)), 1.0
    for i in range(len(padded)):
        first = max(0, i // block - 8) * block
        least = needed[first : i + 1].min()
        now = least if least < now else least + (now - least) * pole(release)
        held[i] = now
    history = np.concatenate([np.ones(ahead), held])
    sums = np.cumsum(np.concatenate([[0.0], history]))
    gain = (sums[ahead + 1 :] - sums[: -ahead - 1]) / (ahead + 1)
    return np.clip(x * gain[ahead:, None], -top, top)


def cubic(x, threshold):
    u = np.clip(x / threshold, -1.5, 1.5)
    return threshold * (u - 4 / 27 * u**3)


def cases():
    x = bursts()
    yield "compressor", compressor(x)
    yield "compressor_hard", compressor(x, -30, 20, 0.5, 400, 0, 6)
    yield "compressor_instant", compressor(x, -24, 2, 0, 0, 12)
    yield "noise_gate", noise_gate(x)
    yield "noise_gate_tight", noise_gate(x, -9, 3, 5, 2, 30, -20)
    yield "limiter", limiter(x * 4)
    yield "limiter_short", limiter(x * 4, -12, 1, 200)
    yield "clip_hard", np.clip(x, -0.25, 0.125)
    yield "clip_tanh", 0.25 * np.tanh(x / 0.25)
    yield "clip_cubic", cubic(x, 0.25)
