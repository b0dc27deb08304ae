import math

import numpy as np

from remotemedia import Node


class PeakMeter(Node):
    def __init__(self, floor_db=-120.0, hold_chunks=2, **kwargs):
        super().__init__(**kwargs)
        self.floor_db = floor_db
        self.hold_chunks = hold_chunks
        self.held = floor_db
        self.age = 0

    def process(self, data):
        samples, _ = data
        peak = float(np.abs(samples).max())
        db = 20 * math.log10(peak) if peak > 0 else self.floor_db
        db = max(db, self.floor_db)
        if db >= self.held or self.age >= self.hold_chunks:
            self.held, self.age = db, 0
        else:
            self.age += 1
        channel, frame = divmod(int(np.argmax(np.abs(samples))), samples.shape[1])
        return {"peak_db": db, "held_db": self.held, "channel": channel, "frame": frame}
