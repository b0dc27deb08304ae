"""The short-time Fourier transform against scipy.signal.stft, whose scaling by the window's sum is undone."""

import numpy as np
from scipy import signal

from signals import frames, noise, rounded

CASES = [
    # name, channels, samples, n_fft, hop, window, output, center
    ("whisper", 1, 2000, 400, 160, "hann", "complex", True),
    ("stereo", 2, 1500, 256, 100, "hamming", "magnitude", True),
    ("inside", 1, 2000, 512, 200, "hann", "power", False),
    ("odd", 1, 700, 63, 40, "boxcar", "complex", True),
    ("prime", 1, 1000, 202, 101, "hann", "db", False),
]


def stft(x, n_fft, hop, window, center):
    window = signal.get_window(window, n_fft)
    _, _, z = signal.stft(
        x,
        window=window,
        nperseg=n_fft,
        noverlap=n_fft - hop,
        boundary="even" if center else None,
        padded=False,
    )
    return (z * window.sum()).T


def cases():
    for name, channels, count, n_fft, hop, window, output, center in CASES:
        x = frames(noise(count * channels, 2), channels)
        z = np.stack([stft(x[:, c], n_fft, hop, window, center) for c in range(channels)], axis=1)
        power = np.abs(z) ** 2
        values = {
            "complex": lambda: np.stack([z.real, z.imag], axis=-1),
            "magnitude": lambda: np.abs(z),
            "power": lambda: power,
            "db": lambda: 10 * np.log10(np.maximum(power, 1e-12)),
        }
        yield f"stft_{name}.f32", rounded(values[output]())
