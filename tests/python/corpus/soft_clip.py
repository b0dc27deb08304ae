import math

from remotemedia.core.node import Node


class SoftClipNode(Node):
    def __init__(self, drive: float = 2.0, **kwargs):
        super().__init__(**kwargs)
        self.drive = drive
        self.norm = 1.0 / math.tanh(drive)

    def process(self, sample: float) -> float:
        return math.tanh(self.drive * sample) * self.norm
