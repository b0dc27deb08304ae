from remotemedia.core.node import Node


class TopKNode(Node):
    def __init__(self, k: int = 5, **kwargs):
        super().__init__(**kwargs)
        self.k = k
        self.entries: list[tuple[str, float]] = []

    def process(self, data: dict) -> list:
        name, score = data["name"], data["score"]
        self.entries = [e for e in self.entries if e[0] != name]
        self.entries.append((name, score))
        self.entries.sort(key=lambda e: (-e[1], e[0]))
        if len(self.entries) > self.k:
            gone = self.entries.pop()
            self.logger.debug("dropped %s", gone[0])
        return [{"rank": i + 1, "name": n, "score": s} for i, (n, s) in enumerate(self.entries)]
