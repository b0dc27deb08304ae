from typing import Any, Tuple

import numpy as np

from remotemedia.core.node import Node


class AudioClipNode(Node):
    def __init__(self, limit: float = 1.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.limit = limit
        self.clipped = 0

    async def process(self, data: Tuple[np.ndarray, int]) -> Tuple[np.ndarray, int]:
        if not isinstance(data, tuple) or len(data) != 2:
            raise ValueError("expected (samples, sample_rate)")
        samples, rate = data
        self.clipped += int(np.sum(np.abs(samples) > self.limit))
        return np.clip(samples, -self.limit, self.limit), rate

    async def flush(self):
        return {"clipped": self.clipped}
