from remotemedia.core.node import Node


class BinarySearchNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.sorted_values: list[float] = []

    def lower_bound(self, x: float) -> int:
        lo, hi = 0, len(self.sorted_values)
        while lo < hi:
            mid = (lo + hi) // 2
            if self.sorted_values[mid] < x:
                lo = mid + 1
            else:
                hi = mid
        return lo

    def process(self, data: dict):
        if "insert" in data:
            x = data["insert"]
            self.sorted_values.insert(self.lower_bound(x), x)
            return self.sorted_values[:]
        if "find" in data:
            i = self.lower_bound(data["find"])
            found = i < len(self.sorted_values) and self.sorted_values[i] == data["find"]
            return {"index": i if found else -1, "insert_at": i}
        lo, hi = data["count"]
        return self.lower_bound(hi) - self.lower_bound(lo)
