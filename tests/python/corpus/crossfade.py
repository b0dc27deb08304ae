import numpy as np

from remotemedia.core.node import Node


class CrossfadeNode(Node):
    """Overlaps neighbouring chunks with a linear crossfade, so the stream gets shorter."""

    def __init__(self, overlap: int = 128, **kwargs):
        super().__init__(**kwargs)
        self.overlap = overlap
        self.fade_in = np.linspace(0.0, 1.0, overlap, dtype=np.float32)
        self.fade_out = self.fade_in[::-1]
        self.held = None

    def process(self, data):
        samples, self.rate = data
        if samples.shape[1] < 2 * self.overlap:
            self.logger.debug("short chunk of %d frames", samples.shape[1])
            return None
        out = samples[:, : -self.overlap].copy()
        if self.held is not None:
            out[:, : self.overlap] *= self.fade_in
            out[:, : self.overlap] += self.held * self.fade_out
        self.held = samples[:, -self.overlap :]
        yield out, self.rate

    def flush(self):
        if self.held is not None:
            yield self.held, self.rate
