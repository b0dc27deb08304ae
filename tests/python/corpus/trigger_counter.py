"""Counts in a method that only some samples call."""


class TriggerCounter:
    def __init__(self, threshold=0.25):
        self.threshold = threshold
        self.count = 0.0
        self.calls = 0.0

    def bump(self):
        self.count += 0.001
        return self.count

    def called(self):
        self.calls += 1.0
        return self.calls > 20.0

    def process(self, sample: float) -> float:
        is_late = sample > 0 and self.called()
        return self.bump() if sample > self.threshold else (0.5 if is_late or self.called() else 0.0)
