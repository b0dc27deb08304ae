"""The input signals of the audio nodes, exact to the bit in any language.

All arithmetic is on 64-bit integers and IEEE doubles (one `+`, `-` or `*` at a time, no fused operations), and each sample is
rounded to float32 once, at the end. With `f` the number of the frame and `c` that of the channel, both from 0, `amplitude` a
double:

noise: `s = seed` before the first sample. For each sample, channel 0 first within a frame:
    s = (s * 6364136223846793005 + 1442695040888963407) mod 2**64
    u = ((s >> 40) - 2**23) * 2**-23                    # exact, from -1 up to but not including 1
    sample = f32(u * amplitude)

sine: two parabolas, period 100 frames, each channel a quarter of a period ahead of the one before:
    p = (f + seed + 25 * c) mod 100
    h = (p if p < 50 else p - 50) * 0.02
    y = 4.0 * h * (1.0 - h)                             # (4.0 * h) first
    y = y if p < 50 else -y
    sample = f32(y * amplitude)

speechlike: that sine without the seed (`p = (f + 25 * c) mod 100`), switched on for the first 1000 frames of every 1600, over
noise that never stops; `u` is drawn for each sample as above:
    on = 1.0 if f mod 1600 < 1000 else 0.0
    sample = f32(y * on * amplitude + u * (amplitude * 0.015625))      # ((y * on) * amplitude) + (u * (amplitude * 0.015625))

silence_then_noise: 0.0 in the frames `f < frames // 2` (no `u` is drawn), then noise.
"""

import numpy as np


def generate(signal, rate, channels, frames, seed, amplitude):
    """Float32, shape (channels, frames)."""
    del rate  # the formulas count frames
    state = seed

    def noise():
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return ((state >> 40) - 2**23) * 2.0**-23

    def sine(position):
        p = position % 100
        h = (p if p < 50 else p - 50) * 0.02
        y = 4.0 * h * (1.0 - h)
        return y if p < 50 else -y

    samples = np.zeros((channels, frames), dtype=np.float32)
    for f in range(frames):
        for c in range(channels):
            if signal == "noise":
                x = noise() * amplitude
            elif signal == "sine":
                x = sine(f + seed + 25 * c) * amplitude
            elif signal == "speechlike":
                on = 1.0 if f % 1600 < 1000 else 0.0
                x = sine(f + 25 * c) * on * amplitude + noise() * (amplitude * 0.015625)
            elif signal == "silence_then_noise":
                x = 0.0 if f < frames // 2 else noise() * amplitude
            else:
                raise ValueError(f"no signal is called {signal}")
            samples[c, f] = np.float32(x)
    return samples
