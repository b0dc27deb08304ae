import random

from remotemedia.core.node import Node


class JitterNode(Node):
    def __init__(self, seed: int = 0, **kwargs):
        super().__init__(**kwargs)
        self.rng = random.Random(seed)

    def process(self, data):
        if isinstance(data, list):
            shuffled = data[:]
            self.rng.shuffle(shuffled)
            return {"shuffled": shuffled, "choice": self.rng.choice(data)}
        return {"value": data + self.rng.uniform(-0.5, 0.5), "dice": self.rng.randint(1, 6)}
