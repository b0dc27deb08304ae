"""Arrays of whole numbers and truth values, and what becomes of them beside other numbers."""

import numpy as np

from remotemedia.core.node import Node


class WholeArraysNode(Node):
    def __init__(self, steps: int = 50, **kwargs):
        super().__init__(**kwargs)
        self.steps = steps

    def process(self, data):
        samples, rate = data
        codes = np.round(samples[0] * self.steps).astype(np.int16)
        ramp = np.arange(len(codes))
        loud = codes > 20
        yield {"lowest": int(codes.min()), "highest": int(codes.max()), "total": int(codes.sum())}
        yield {"loud": int(loud.sum()), "zeros": int(np.sum(codes == 0)), "above": int(np.count_nonzero(codes > 19.5))}
        yield {"first": int(np.argmax(codes)), "last": int(np.argmin(ramp)), "set": int(np.count_nonzero(codes))}
        yield {"same": int(np.count_nonzero(loud == (codes >= 21))), "wide": int(np.sum(ramp > codes))}
        products, halves = codes * ramp, codes / 2
        yield {"products": products[:4].tolist(), "halves": halves[:4].tolist(), "third": (ramp // 3)[-3:].tolist()}
        ramp[2:] += 5
        ramp[0] -= 1
        yield {"ramp": ramp[:5].tolist(), "clipped": np.clip(codes, -1.5, 2.5)[:6].tolist()}
        yield {"narrow": np.clip(codes, -3, 3)[:6].tolist(), "picked": codes[loud][:3].tolist()}
        codes[loud] = 0
        yield {"left": int(codes.max()), "mean": float(np.mean(ramp * 0.5)), "turned": np.abs(-codes)[:3].tolist()}
        yield (codes.astype(np.float32) / np.float32(self.steps)).reshape(1, -1), rate
