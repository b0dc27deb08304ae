class DCBlocker:
    def __init__(self, r: float = 0.995):
        self.r = r
        self.x1 = 0.0
        self.y1 = 0.0

    def process(self, x: float) -> float:
        y = x - self.x1 + self.r * self.y1
        self.x1, self.y1 = x, y
        return y
