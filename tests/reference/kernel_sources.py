"""Sources: tones from integer phases, noise from the generator that the manual names."""

import numpy as np

from kernel_signals import FRAMES, RATE

KELLET = [(0.99886, 0.0555179), (0.99332, 0.0750759), (0.96900, 0.1538520)]
KELLET += [(0.86650, 0.3104856), (0.55000, 0.5329522), (-0.7616, -0.0168980)]


def phase(frequency):
    """Periods passed, without the whole ones; exact before the division."""
    return (np.arange(FRAMES) * frequency % RATE) / RATE


def white(seed, channel):
    mask, out = 2**64 - 1, np.empty(FRAMES)
    state = ((seed + 1) * 0x9E3779B97F4A7C15 & mask) ^ (channel * 0xD1B54A32D192ED03 & mask)
    for i in range(FRAMES):
        state = (state * 6364136223846793005 + 1442695040888963407) & mask
        high = state >> 32
        out[i] = (high - 2**32 if high >= 2**31 else high) / 2**31
    return out


def pink(noise):
    """Paul Kellet's refined filter, http://www.firstpr.com.au/dsp/pink-noise/, at 0.11 of its level."""
    out, poles, last = np.empty(FRAMES), np.zeros(6), 0.0
    decay, gain = np.array(KELLET).T
    for i, sample in enumerate(noise):
        poles = poles * decay + sample * gain
        out[i] = (poles.sum() + last + sample * 0.5362) * 0.11
        last = sample * 0.115926
    return out


def cases():
    yield "tone_sine", 0.5 * np.sin(2 * np.pi * phase(997))
    # 480 Hz: edges fall on frames, where an inexact phase would show.
    yield "tone_square", np.where(phase(480) < 0.5, 0.25, -0.25)
    yield "tone_saw", 0.25 * ((2 * phase(480) + 1) % 2 - 1)
    yield "tone_triangle", 0.5 * (2 / np.pi) * np.arcsin(np.sin(2 * np.pi * phase(331)))
    yield "noise_white", 0.5 * np.stack([white(7, channel) for channel in (0, 1)], axis=1)
    yield "noise_pink", 0.5 * pink(white(7, 0))
