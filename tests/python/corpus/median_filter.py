from collections import deque

from remotemedia.core.node import Node


class MedianFilterNode(Node):
    def __init__(self, size: int = 3, **kwargs):
        super().__init__(**kwargs)
        self.window = deque(maxlen=size)

    def process(self, data: float) -> float:
        self.window.append(data)
        ordered = sorted(self.window)
        mid = len(ordered) // 2
        if len(ordered) % 2:
            return ordered[mid]
        return (ordered[mid - 1] + ordered[mid]) / 2
