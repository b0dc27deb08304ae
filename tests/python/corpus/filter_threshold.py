from remotemedia import Node


class FilterNode(Node):
    """Lets numbers through that lie in [min_value, max_value]; lists are filtered by element."""

    def __init__(self, min_value=0, max_value=None, **kwargs):
        super().__init__(**kwargs)
        self.min_value = min_value
        self.max_value = max_value
        self.dropped = 0

    def keeps(self, x) -> bool:
        if self.max_value is not None and x > self.max_value:
            return False
        return x >= self.min_value

    def process(self, data):
        if isinstance(data, list):
            kept = [x for x in data if self.keeps(x)]
            self.dropped += len(data) - len(kept)
            return kept or None
        value = data.get("value") if isinstance(data, dict) else data
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return None
        if self.keeps(value):
            return data
        self.dropped += 1
        return None

    def flush(self):
        return {"dropped": self.dropped}
