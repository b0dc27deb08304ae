# set: class=Invert
class Gain:
    def process(self, sample: float) -> float:
        return sample * 2.0


class Invert:
    def process(self, sample: float) -> float:
        return -sample
