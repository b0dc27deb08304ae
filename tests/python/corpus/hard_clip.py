from remotemedia import Node


class HardClipNode(Node):
    """Limits samples to +-threshold."""

    def __init__(self, threshold: float = 0.8, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold

    def process(self, sample: float) -> float:
        if sample > self.threshold:
            return self.threshold
        elif sample < -self.threshold:
            return -self.threshold
        return sample
