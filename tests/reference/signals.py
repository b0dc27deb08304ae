"""The input that every reference case shares with its Rust test: the same numbers, bit for bit.

`noise` is a linear congruential generator (Numerical Recipes' constants), whose upper 24 bits fit a float32; `bursts`
scales it by powers of two, which rounds nothing. `runtime-min/tests/signal_nodes/driver.rs` has the same two.
"""

import numpy as np


def noise(count, seed):
    """`count` samples in [-0.5, 0.5), as float64 that are exact in float32."""
    state, out = seed, np.empty(count)
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = (state >> 8) / 2**24 - 0.5
    return out


def bursts(count, seed, length):
    """Noise whose level changes every `length` samples: 1, 1/16, 1/2, 1/256, 0, 1/4, and again."""
    levels = np.array([1, 2**-4, 2**-1, 2**-8, 0, 2**-2])
    return noise(count, seed) * levels[np.arange(count) // length % len(levels)]


def frames(samples, channels):
    """Interleaved samples as an array [frames, channels]."""
    return np.asarray(samples).reshape(-1, channels)


def rounded(array):
    """As the Rust side stores it."""
    return np.asarray(array).astype("<f4")
