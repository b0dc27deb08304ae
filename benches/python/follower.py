"""An envelope follower, sample by sample."""


class Follower:
    def __init__(self, attack=0.5, release=0.01):
        self.attack = attack
        self.release = release
        self.env = 0.0

    def process(self, sample: float) -> float:
        x = abs(sample)
        if x > self.env:
            self.env += self.attack * (x - self.env)
        else:
            self.env += self.release * (x - self.env)
        return self.env
