"""Types of results: running sums, means, powers and remainders of whole numbers, and numbers of several types together."""

import numpy as np

from remotemedia.core.node import Node


class PromotionsNode(Node):
    def __init__(self, scale: int = 100, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def process(self, data):
        samples, rate = data
        first = samples[0, :6]
        codes = (first * self.scale).astype(np.int16)
        results = {
            "running": np.cumsum(first, dtype=np.float64),
            "total": np.cumsum(codes),
            "flat": np.cumsum(samples[:, :3]),
            "roots": np.sqrt(codes * codes),
            "positive": np.where(codes > 0, codes, 0),
            "wider": codes.astype(np.int32) + codes,
            "steps": np.arange(0.0, 2.0, 0.5) * np.arange(4),
            "rest": codes[codes != 0] % 7,
            "cubes": np.power(codes, 3),
        }
        quotient, rest = divmod(len(first), 4)
        yield {name: str(values.dtype) for name, values in results.items()}
        yield {name: values.tolist() for name, values in results.items()}
        yield {"mean": float(np.mean(codes)), "quotient": quotient, "rest": rest}
