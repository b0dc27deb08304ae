from typing import TypedDict

from remotemedia.core.node import Node


class Counts(TypedDict):
    words: int
    chars: int
    lines: int
    unique: int
    average: float


class WordCountNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.total_words = 0

    def process(self, data: str) -> Counts:
        words = data.split()
        unique = set()
        for w in words:
            unique.add(w.strip(".,!?").lower())
        self.total_words += len(words)
        return Counts(
            words=len(words),
            chars=len(data),
            lines=data.count("\n") + 1 if data else 0,
            unique=len(unique),
            average=sum(len(w) for w in words) / len(words) if words else 0.0,
        )

    def flush(self):
        return {"total_words": self.total_words}
