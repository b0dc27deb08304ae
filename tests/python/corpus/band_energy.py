import numpy as np

from remotemedia.core.node import Node

BANDS = {"low": (0, 500), "mid": (500, 2000), "high": (2000, 8000)}


class BandEnergyNode(Node):
    def __init__(self, size: int = 512, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.window = np.hanning(size)

    def process(self, data):
        samples, rate = data
        frame = np.zeros(self.size)
        n = min(samples.shape[1], self.size)
        frame[:n] = samples[0, :n]
        power = np.abs(np.fft.rfft(frame * self.window)) ** 2
        hz_per_bin = rate / self.size
        out = {}
        for name, (low, high) in BANDS.items():
            first, last = int(low / hz_per_bin), int(high / hz_per_bin)
            out[name] = float(power[first:last].sum())
        total = sum(out.values())
        out["loudest"] = max(out, key=lambda name: out[name])
        out["low_share"] = out["low"] / total if total else 0.0
        return out
