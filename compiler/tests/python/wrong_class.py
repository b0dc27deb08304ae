# set: class=Gian
class Gain:
    def process(self, sample: float) -> float:
        return sample * 2.0
