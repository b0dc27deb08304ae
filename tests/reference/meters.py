"""Levels per window, and what follows from them, in NumPy."""

import numpy as np

from signals import bursts, frames

RATE, CHANNELS, COUNT, LENGTH = 44100, 2, 30000, 6000
WINDOW_MS = 30


def db(mean_square):
    return float(10 * np.log10(mean_square)) if mean_square > 1e-12 else -120.0


def windows(x):
    step = round(RATE * WINDOW_MS / 1000)
    return [x[at : at + step] for at in range(0, len(x), step)]


def ramp(value, low, high):
    return float(np.clip((value - low) / (high - low), 0, 1))


def level(x):
    rms = [db(np.mean(w**2)) for w in windows(x)]
    return {
        "rms_db": rms,
        "peak_db": [db(np.max(np.abs(w)) ** 2) for w in windows(x)],
        "is_low_volume": [r < -20 for r in rms],
        "is_silence": [r <= -60 for r in rms],
        "health": [ramp(r, -60, -20) for r in rms],
    }


def clipping(x):
    out = {"saturation_ratio": [], "crest_factor_db": []}
    for w in windows(x):
        out["saturation_ratio"].append(float(100 * np.mean(np.abs(w) >= 0.4)))
        square = np.mean(w**2)
        out["crest_factor_db"].append(db(np.max(w**2) / square) if square > 1e-12 else 20.0)
    return out


def balance(x):
    # The right channel lies an octave of levels below the left one.
    sides = [(np.mean(w[:, 0] ** 2), np.mean(w[:, 1] ** 2)) for w in windows(x)]
    return {
        "left_rms_db": [db(left) for left, _ in sides],
        "right_rms_db": [db(right) for _, right in sides],
        "balance_ratio": [float(np.sqrt(left / right)) if right > 1e-12 else 1.0 for left, right in sides],
        "imbalance_db": [db(left) - db(right) for left, right in sides],
    }


def vad(x, threshold=0.02):
    rms = [float(np.sqrt(np.mean(w.mean(axis=1) ** 2))) for w in windows(x)]
    return {"speech_probability": [min(1.0, r / (2 * threshold)) for r in rms]}


def cases():
    x = frames(bursts(COUNT * CHANNELS, 5, LENGTH), CHANNELS)
    yield (
        "meters.json",
        {"AudioLevel": level(x), "ClippingDetector": clipping(x), "ChannelBalance": balance(x), "EnergyVad": vad(x)},
    )
