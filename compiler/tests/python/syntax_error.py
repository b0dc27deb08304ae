class Gain:
    def process(self, sample: float) -> float
        return sample
