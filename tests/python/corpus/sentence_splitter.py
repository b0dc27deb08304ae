from remotemedia.core.node import Node


class SentenceSplitterNode(Node):
    """Collects pieces of text and yields whole sentences."""

    ENDINGS = ".!?\n"

    def __init__(self, min_length=1, **kwargs):
        super().__init__(**kwargs)
        self.min_length = min_length
        self.pending = ""

    def process(self, data):
        self.pending += data
        while True:
            cut = -1
            for i in range(len(self.pending)):
                if self.pending[i] in self.ENDINGS:
                    cut = i
                    break
            if cut < 0:
                break
            sentence = self.pending[: cut + 1].strip()
            self.pending = self.pending[cut + 1 :]
            if len(sentence) >= self.min_length:
                yield sentence

    async def flush(self):
        rest = self.pending.strip()
        self.pending = ""
        if rest:
            return rest
