# set: factor=2.5
# set: taps=[1, 0.5]
# set: label=loud
# set: chunk_size=256
class Gain:
    def __init__(self, factor, taps=None, label=""):
        self.factor = factor * taps[1]
        self.label = label

    def process(self, data):
        samples, rate = data
        return samples * self.factor, rate
