class Gain:
    def proces(self, sample: float) -> float:
        return sample
