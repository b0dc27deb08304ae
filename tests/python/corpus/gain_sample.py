from remotemedia.core.node import Node


class GainNode(Node):
    def __init__(self, gain_db: float = 0.0, **kwargs):
        super().__init__(**kwargs)
        self.gain = 10 ** (gain_db / 20)

    def process(self, sample: float) -> float:
        return sample * self.gain
