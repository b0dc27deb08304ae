"""The input of the kernel cases, the same bit for bit as in `nodes/tests/catalog/reference.rs`: numbers that float32 holds.

Noise from a linear congruential generator over triangles of 20 and 50 Hz at 48 kHz: a filter at low frequencies has
something to work on. Two channels.
"""

import numpy as np

from signals import noise

RATE = 48_000
FRAMES = 24_000


def triangle(count, period):
    """From -period/4 to period/4, in steps of 1."""
    at = np.arange(count)
    return np.abs((at + period // 4) % period - period // 2) - period // 4


def signal():
    """Frames [FRAMES, 2], magnitudes up to 0.7."""
    low = (triangle(FRAMES, 2400) + triangle(FRAMES, 960)) / 2048
    return np.stack([np.floor(noise(FRAMES, seed) * 2**20) / 2**21 + low for seed in (1, 2)], axis=1)


def bursts():
    """The signal at levels that change every 3000 frames: 1, 1/16, 1/2, 1/256, 0, 1/4, and again."""
    levels = np.array([1, 2**-4, 2**-1, 2**-8, 0, 2**-2])
    return signal() * levels[np.arange(FRAMES) // 3000 % len(levels)][:, None]
