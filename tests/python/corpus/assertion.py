from remotemedia.core.node import Node


class MonotonicNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.last = 0

    def process(self, stamp):
        assert stamp > self.last, f"{stamp} after {self.last}"
        step = stamp - self.last
        self.last = stamp
        return step
