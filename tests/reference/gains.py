"""Fades and normalisation, sample by sample from their definitions."""

import numpy as np

from signals import bursts, frames, rounded

RATE = 8000
CURVES = {
    "linear": lambda x: x,
    "equal_power": lambda x: np.sin(np.pi * x / 2),
    "exponential": lambda x: (1000**x - 1) / 999,
    "s_curve": lambda x: (1 - np.cos(np.pi * x)) / 2,
}


def fade(x, fade_in, fade_out, curve):
    at = np.arange(len(x))
    rise = np.where(at < fade_in, CURVES[curve](np.minimum(at / fade_in, 1)), 1)
    from_end = len(x) - 1 - at
    fall = np.where(from_end < fade_out, CURVES[curve](np.minimum(from_end / fade_out, 1)), 1)
    return x * (rise * fall)[:, None]


def normalize(x, mode, target_db, window, max_gain_db):
    target, most = 10 ** (target_db / 20), 10 ** (max_gain_db / 20)
    parts = [x[at : at + window] for at in range(0, len(x), window)]
    wanted, last = [], 1.0
    for part in parts:
        value = np.sqrt(np.mean(part**2)) if mode == "rms" else np.max(np.abs(part))
        last = min(target / value, most) if value > 1e-6 else last
        wanted.append(last)
    out = []
    for i, part in enumerate(parts):
        left = min(wanted[i], wanted[i - 1]) if i > 0 else wanted[i]
        right = min(wanted[i], wanted[i + 1]) if i + 1 < len(parts) else wanted[i]
        out.append(part * (left + (right - left) * np.arange(len(part)) / len(part))[:, None])
    return np.concatenate(out)


def cases():
    x = frames(bursts(1600, 6, 300), 2)
    for curve in CURVES:
        yield f"fade_{curve}.f32", rounded(fade(x, 400, 300, curve))
    yield "fade_overlapping.f32", rounded(fade(x[:250], 200, 160, "linear"))
    yield "normalize_peak.f32", rounded(normalize(x, "peak", -6, 80, 20))
    yield "normalize_rms.f32", rounded(normalize(x, "rms", -20, 120, 12))
    yield "normalize_whole.f32", rounded(normalize(x, "peak", -1, len(x), 60))
