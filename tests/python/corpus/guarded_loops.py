"""What a loop did before it raised is there for the handler, and what a function sees is what was there when it was called."""


class GuardedLoops:
    def __init__(self):
        self.n = 0
        self.level = 0.0

    def run(self, values):
        for value in values:
            self.n = self.n + 1
            self.level = 0.5 * self.level + 0.5 * value
            if self.n % 3 == 0:
                raise OverflowError("three")
        return self.n

    def process(self, message):
        try:
            done = self.run(message)
        except (TypeError, OverflowError) as error:
            done = [self.n, str(error)]
        total = 0
        last = -1
        try:
            for i in range(5):
                last = i
                total += 10 // (len(message) - i)
        except ZeroDivisionError:
            total = -total
        best = 0

        def better(value):
            return value > best

        first = [v for v in message if better(v)]
        best = 2
        if message:
            kind = 1
        try:
            kind = "text"
        finally:
            self.n += 1
        return [done, self.level, total, last, first, [v for v in message if better(v)], kind]
