"""What is called at the start and at the end, and what only looks like it."""


class HooksNode:
    def __init__(self):
        self.total = 0
        self.scale = None

    def initialize(self, context=None, start=10):
        self.total = start

    def setup(self, scale):
        self.scale = scale

    def process(self, n):
        if self.scale is None:
            self.setup(2)
        self.total += n * self.scale
        return self.total

    async def flush(self):
        self.total += 100
        return self.total

    def finalize(self):
        return "never"

    def cleanup(self):
        yield self.total
        self.total = 0
