from remotemedia import Node


class DebounceNode(Node):
    """Passes a change of a key only if the last one passed is old enough."""

    def __init__(self, hold_ms=50, **kwargs):
        super().__init__(**kwargs)
        self.hold_ms = hold_ms
        self.last = {}
        self.suppressed = 0

    def process(self, event):
        key, t, down = event["key"], event["t"], event["down"]
        state = self.last.get(key)
        if state is not None:
            last_t, last_down = state
            if down == last_down or t - last_t < self.hold_ms:
                self.suppressed += 1
                return None
        self.last[key] = (t, down)
        return {**event, "suppressed": self.suppressed}
