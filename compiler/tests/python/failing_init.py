class Gain:
    def __init__(self, ratio=0):
        self.factor = self.inverse(ratio)

    def inverse(self, ratio):
        return 1.0 / ratio

    def process(self, sample: float) -> float:
        return sample * self.factor
