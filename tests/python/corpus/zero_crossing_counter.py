class ZeroCrossingCounter:
    def __init__(self):
        self.sign = 0
        self.crossings = 0

    def process(self, x):
        sign = (x > 0) - (x < 0)
        if sign != 0:
            if self.sign != 0 and sign != self.sign:
                self.crossings += 1
            self.sign = sign
        return self.crossings
