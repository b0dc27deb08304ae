from remotemedia.core.node import Node


class DelayLine(Node):
    """Echo from a ring buffer in a plain list."""

    def __init__(self, delay: int = 100, feedback: float = 0.3, mix: float = 0.5, **kwargs):
        super().__init__(**kwargs)
        self.buffer = [0.0] * delay
        self.index = 0
        self.feedback = feedback
        self.mix = mix

    def process(self, sample: float) -> float:
        delayed = self.buffer[self.index]
        self.buffer[self.index] = sample + delayed * self.feedback
        self.index = (self.index + 1) % len(self.buffer)
        return sample * (1 - self.mix) + delayed * self.mix
