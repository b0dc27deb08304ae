"""Whisper's log-mel spectrogram, written in NumPy from its published definition (openai/whisper, whisper/audio.py, and
librosa.filters.mel, from which its filters come), in float64.
"""

import numpy as np

from signals import bursts, frames, rounded

CHUNK_SECONDS = 30


def mel_filters(rate, n_fft, n_mels):
    """librosa.filters.mel(sr=rate, n_fft=n_fft, n_mels=n_mels), with Slaney's scale and norm."""
    per_mel, break_hz, step = 200 / 3, 1000.0, np.log(6.4) / 27
    break_mel = break_hz / per_mel
    top = rate / 2
    top = top / per_mel if top < break_hz else break_mel + np.log(top / break_hz) / step
    mels = np.linspace(0, top, n_mels + 2)
    edges = np.where(mels < break_mel, mels * per_mel, break_hz * np.exp(step * (mels - break_mel)))
    bins = np.fft.rfftfreq(n_fft, 1 / rate)
    widths = np.diff(edges)
    ramps = edges[:, None] - bins[None, :]
    rise, fall = -ramps[:-2] / widths[:-1, None], ramps[2:] / widths[1:, None]
    return np.maximum(0, np.minimum(rise, fall)) * (2 / (edges[2:] - edges[:-2]))[:, None]


def log_mel(x, rate, n_fft, hop, n_mels):
    """torch.stft with center and reflect padding, its last frame dropped; power, filters, logarithm: [frames, n_mels]."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    padded = np.pad(x, n_fft // 2, mode="reflect")
    count = 1 + (len(padded) - n_fft) // hop
    spectra = np.stack([np.fft.rfft(padded[k * hop : k * hop + n_fft] * window) for k in range(count)])
    power = np.abs(spectra[:-1]) ** 2
    return np.log10(np.maximum(power @ mel_filters(rate, n_fft, n_mels).T, 1e-10))


def whisper(x, rate, n_fft, hop, n_mels):
    """One chunk of 30 s as whisper.pad_or_trim and whisper.log_mel_spectrogram treat it."""
    padded = np.zeros(CHUNK_SECONDS * rate)
    padded[: len(x)] = x
    mel = log_mel(padded, rate, n_fft, hop, n_mels)
    return (np.maximum(mel, mel.max() - 8) + 4) / 4


def cases():
    x = bursts(8000, 3, 700)
    yield "log_mel_80.f32", rounded(log_mel(x, 16000, 400, 160, 80))
    yield "log_mel_128.f32", rounded(log_mel(x, 16000, 400, 160, 128))
    mono = frames(x, 2).mean(axis=1)
    yield "log_mel_stereo_8k.f32", rounded(log_mel(mono, 8000, 256, 80, 40))
    # The rest of the chunk is silence: the least value, in every tensor.
    yield "log_mel_whisper.f32", rounded(whisper(x, 16000, 400, 160, 80)[:60])
    # A tone has bands that are a trillionth of the loudest one: there rounding shows.
    tone = np.sin(2 * np.pi * 1003.7 * np.arange(8000) / 16000).astype(np.float32)
    yield "log_mel_tone_in.f32", tone
    yield "log_mel_tone.f32", rounded(log_mel(tone.astype(float), 16000, 400, 160, 80))
