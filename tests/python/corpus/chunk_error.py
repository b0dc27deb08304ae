import numpy as np

from remotemedia.core.node import Node


class GuardNode(Node):
    """Passes audio on and stops the pipeline if it gets too loud."""

    def __init__(self, max_peak: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.max_peak = max_peak
        self.chunks = 0

    def process(self, data):
        samples, rate = data
        self.chunks += 1
        peak = float(np.max(np.abs(samples)))
        yield {"chunk": self.chunks, "peak": peak}
        if peak > self.max_peak:
            raise ValueError(f"chunk {self.chunks} is too loud: {peak:.3f} > {self.max_peak}")
        yield samples, rate
