class Level:
    def __init__(self, unit="dB"):
        self.unit = unit

    def process(self, message):
        label = self.unit + 3
        return [label, len(message) + None]
