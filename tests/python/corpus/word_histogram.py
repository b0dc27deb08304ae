from remotemedia import Node

STOP = ("a", "on")
PUNCTUATION = ".,;:!?\"'“”()"


class WordHistogramNode(Node):
    def __init__(self, top: int = 10, **kwargs):
        super().__init__(**kwargs)
        self.top = top
        self.counts: dict = {}

    def process(self, data: str):
        for raw in data.split():
            word = raw.strip(PUNCTUATION).casefold()
            if not word or word in STOP:
                continue
            if word in self.counts:
                self.counts[word] += 1
            else:
                self.counts[word] = 1
        ranked = sorted(self.counts.items(), key=lambda kv: (-kv[1], kv[0]))
        total = sum(self.counts.values())
        return {
            "top": ranked[: self.top],
            "distinct": len(self.counts),
            "total": total,
            "share": round(ranked[0][1] / total, 4) if ranked else None,
        }
