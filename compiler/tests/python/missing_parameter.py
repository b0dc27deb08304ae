class Gain:
    def __init__(self, factor: float):
        self.factor = factor

    def process(self, sample: float) -> float:
        return sample * self.factor
