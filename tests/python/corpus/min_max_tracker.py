from remotemedia.core.node import Node


class MinMaxTracker(Node):
    lowest = float("inf")
    highest = float("-inf")

    def process(self, data):
        values = data if isinstance(data, list) else [data]
        old = (self.lowest, self.highest)
        self.lowest = min(self.lowest, min(values)) if values else self.lowest
        for v in values:
            if v > self.highest:
                self.highest = v
        new = (self.lowest, self.highest)
        return {"min": self.lowest, "max": self.highest, "range": self.highest - self.lowest, "changed": new != old}

    def flush(self):
        return f"{self.lowest}..{self.highest}"
