from remotemedia.core.node import Node


class HysteresisNode(Node):
    """Schmitt trigger: on above high, off below low."""

    def __init__(self, low: float, high: float, **kwargs):
        super().__init__(**kwargs)
        assert low < high
        self.low = low
        self.high = high
        self.on = False

    def process(self, x: float):
        was = self.on
        if self.on and x < self.low:
            self.on = False
        elif not self.on and x > self.high:
            self.on = True
        return {"on": self.on, "changed": self.on != was}
