from remotemedia.core.node import Node

SMALL_WORDS = {"a", "an", "and", "at", "but", "by", "for", "in", "of", "on", "or", "the", "to"}


class TitleCaseNode(Node):
    """Title case by the rules of English headlines."""

    def process(self, data: str) -> str:
        words = data.lower().split()
        out = []
        for i, word in enumerate(words):
            first_or_last = i == 0 or i == len(words) - 1
            if word in SMALL_WORDS and not first_or_last:
                out.append(word)
            else:
                out.append(word.capitalize())
        return " ".join(out)
