"""The first number of each row that no divisor divides, with jumps out of `else`."""


class LoopElse:
    def __init__(self, divisors=None):
        self.divisors = [2, 3] if divisors is None else divisors
        self.seen = 0

    def process(self, message):
        for row in message["rows"]:
            number = None
            for number in row:
                for divisor in self.divisors:
                    if number % divisor == 0:
                        break
                else:
                    self.seen += 1
                    if number > 100:
                        continue
                    if number > 50:
                        break
                    yield {"row": row, "first": number}
            else:
                if not row:
                    break
                yield {"row": row, "last": number}
        else:
            yield {"seen": self.seen}
