from remotemedia.core.node import Node


class DerivativeNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.previous: tuple[float, float] | None = None

    def process(self, data: dict) -> dict | None:
        t, x = data["t"], data["x"]
        if self.previous is None:
            self.previous = (t, x)
            return None
        t0, x0 = self.previous
        dt = t - t0
        if dt <= 0:
            self.logger.warning("time went backwards: %s -> %s", t0, t)
            return {"t": t, "error": f"dt={dt}"}
        self.previous = t, x
        return {"t": t, "slope": (x - x0) / dt}
