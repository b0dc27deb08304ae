"""A noise gate and a speech log, as anybody would write them in Python."""

import math

import numpy as np
from remotemedia.core.node import Node


class Gate(Node):
    """Closes below a threshold: sees each sample of each channel."""

    def __init__(self, threshold_db: float = -45.0, attack_ms=1.0, release_ms=80.0, sample_rate=48000, **kwargs):
        super().__init__(**kwargs)
        self.threshold = 10 ** (threshold_db / 20)
        self.attack = math.exp(-1000 / (attack_ms * sample_rate))
        self.release = math.exp(-1000 / (release_ms * sample_rate))
        self.level = 0.0
        self.gain = 0.0

    def process(self, sample: float) -> float:
        size = abs(sample)
        pace = self.attack if size > self.level else self.release
        self.level = pace * self.level + (1 - pace) * size
        wanted = 1.0 if self.level > self.threshold else 0.0
        self.gain += (wanted - self.gain) * 0.01
        return sample * self.gain


class SpeechLog(Node):
    """Says when speech begins and ends: sees chunks as (channels, frames), gives JSON."""

    def __init__(self, threshold_db: float = -40.0, **kwargs):
        super().__init__(**kwargs)
        self.threshold_db = threshold_db
        self.seconds = 0.0
        self.spoken = 0.0
        self.since = None

    def process(self, data):
        samples, rate = data
        loudest = float(np.sqrt(np.mean(samples**2, axis=1)).max())
        level = 20 * math.log10(max(loudest, 1e-6))
        speaks = level > self.threshold_db
        if speaks and self.since is None:
            self.since = self.seconds
            yield {"event": "begin", "at": round(self.seconds, 3), "level_db": round(level, 1)}
        elif not speaks and self.since is not None:
            yield self.end()
        self.seconds += samples.shape[1] / rate

    def end(self):
        length = self.seconds - self.since
        self.spoken += length
        self.since = None
        return {"event": "end", "at": round(self.seconds, 3), "length": round(length, 3)}

    def flush(self):
        if self.since is not None:
            yield self.end()
        yield {"event": "total", "spoken": round(self.spoken, 3), "of": round(self.seconds, 3)}
