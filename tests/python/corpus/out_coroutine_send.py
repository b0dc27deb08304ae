from remotemedia.core.node import Node


def averager():
    """A generator that is sent values and yields the average so far."""
    total, count, average = 0.0, 0, None
    while True:
        value = yield average
        if value is None:
            return {"total": total, "count": count}
        total += value
        count += 1
        average = total / count


def supervisor(results):
    while True:
        summary = yield from averager()
        results.append(summary)


class AccumulatorNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.results = []
        self.worker = supervisor(self.results)
        next(self.worker)

    def process(self, data):
        if data == "reset":
            self.worker.send(None)
            return self.results[-1]
        return self.worker.send(data)

    def cleanup(self):
        self.worker.close()
