import numpy as np

from remotemedia.core.node import Node


class QuantizeAudioNode(Node):
    def __init__(self, bits: int = 8, **kwargs):
        super().__init__(**kwargs)
        self.scale = float(2 ** (bits - 1) - 1)

    def process(self, data):
        samples, rate = data
        codes = np.round(samples * self.scale).astype(np.int16)
        yield {"lowest": int(codes.min()), "highest": int(codes.max()), "zeros": int(np.sum(codes == 0))}
        yield codes.astype(np.float32) / np.float32(self.scale), rate
