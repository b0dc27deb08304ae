import numpy as np

from remotemedia.core.node import Node


class RmsMeterNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.position = 0

    def process(self, data):
        samples, rate = data
        rms = np.sqrt(np.mean(samples**2))
        per_channel = np.sqrt(np.mean(np.square(samples), axis=1))
        at = self.position / rate
        self.position += samples.shape[-1]
        return {
            "time": round(at, 4),
            "rms": float(rms),
            "db": float(20 * np.log10(rms + 1e-10)),
            "channels": per_channel.tolist(),
            "balance": float(per_channel[0] - per_channel[-1]),
        }
