from remotemedia.core.node import Node


class MovingAverage(Node):
    def __init__(self, window=5, **kwargs):
        super().__init__(**kwargs)
        self.window = window
        self.values = []

    def process(self, x):
        self.values.append(x)
        if len(self.values) > self.window:
            self.values.pop(0)
        return sum(self.values) / len(self.values)
