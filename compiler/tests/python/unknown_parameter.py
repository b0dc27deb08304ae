# set: facter=2.5
class Gain:
    def __init__(self, factor: float = 2.0):
        self.factor = factor

    def process(self, sample: float) -> float:
        return sample * self.factor
