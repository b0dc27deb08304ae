from collections import deque
from typing import Deque, Union

from remotemedia.core.node import Node


class DequeAverageNode(Node):
    """Moving average with a running sum, O(1) per message."""

    def __init__(self, window: int = 5, **kwargs) -> None:
        super().__init__(**kwargs)
        self.items: Deque[float] = deque(maxlen=window)
        self.total = 0.0

    def process(self, data: Union[float, dict]):
        if isinstance(data, dict):
            self.items.clear()
            self.total = 0.0
            return None
        if len(self.items) == self.items.maxlen:
            self.total -= self.items[0]
        self.items.append(data)
        self.total += data
        return {"mean": self.total / len(self.items), "window": list(self.items), "latest": self.items[-1]}
