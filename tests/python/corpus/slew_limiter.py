from remotemedia import Node


class SlewLimiter(Node):
    def __init__(self, rise: float = 0.1, fall: float = 0.1, **kwargs):
        super().__init__(**kwargs)
        self.rise = rise
        self.fall = fall
        self.last = 0.0

    def process(self, sample: float) -> float:
        step = sample - self.last
        self.last += min(step, self.rise) if step > 0 else max(step, -self.fall)
        return self.last
