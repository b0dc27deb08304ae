"""Numbers without end, of which some are taken, and a `process` that takes whatever arrives."""

from itertools import islice


def multiples(step):
    value = step
    while True:
        yield value
        value += step


class MultiplesNode:
    def process(self, *messages):
        taken = []
        for value in multiples(messages[0]):
            if value > 10:
                break
            taken.append(value)
        return {"taken": taken, "first": list(islice(multiples(2), 3)), "given": len(messages)}
