from remotemedia import Node


class ExponentialSmoothing(Node):
    def __init__(self, alpha: float = 0.5, **kwargs):
        super().__init__(**kwargs)
        if not 0 < alpha <= 1:
            raise ValueError(f"alpha must be in (0, 1], got {alpha}")
        self.alpha = alpha
        self.level = None

    def process(self, x):
        if x is None:
            return self.level
        self.level = x if self.level is None else self.alpha * x + (1 - self.alpha) * self.level
        return self.level
