from remotemedia.core.node import Node


class BatcherNode(Node):
    """Collects messages and emits them in lists of ``batch_size``."""

    def __init__(self, batch_size: int = 3, **kwargs):
        super().__init__(**kwargs)
        if batch_size < 1:
            raise ValueError("batch_size must be at least 1")
        self.batch_size = batch_size
        self.buffer = []
        self.batches = 0

    def process(self, data):
        self.buffer.append(data)
        if len(self.buffer) >= self.batch_size:
            yield self._emit()

    def flush(self):
        if self.buffer:
            yield self._emit()

    def _emit(self):
        batch, self.buffer = self.buffer, []
        self.batches += 1
        return {"batch": self.batches, "size": len(batch), "items": batch}

    def cleanup(self):
        self.buffer.clear()
