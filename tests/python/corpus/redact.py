"""Blanks out digits in long numbers, mail addresses and secrets, without regular expressions."""

from remotemedia import Node

SECRET_WORDS = ["password:", "token="]


class RedactNode(Node):
    def __init__(self, mask: str = "*", min_digits: int = 4, **kwargs):
        super().__init__(**kwargs)
        self.mask = mask
        self.min_digits = min_digits

    def _digits(self, word):
        return sum(1 for c in word if c.isdigit())

    def _looks_like_mail(self, word):
        name, sep, domain = word.partition("@")
        return bool(sep) and bool(name) and "." in domain

    def process(self, data):
        words = data.split(" ")
        out = []
        hide_next = False
        hits = 0
        for word in words:
            lowered = word.lower()
            if hide_next and word:
                out.append(self.mask * 3)
                hide_next = False
                hits += 1
            elif self._looks_like_mail(word.rstrip(",.;")):
                out.append("<mail>")
                hits += 1
            elif self._digits(word) >= self.min_digits:
                out.append("".join([self.mask if c.isdigit() else c for c in word]))
                hits += 1
            elif lowered == SECRET_WORDS[0]:
                out.append(word)
                hide_next = True
            elif lowered.startswith(SECRET_WORDS[1]):
                out.append(word[: len(SECRET_WORDS[1])] + self.mask * 3)
                hits += 1
            else:
                out.append(word)
        return {"text": " ".join(out), "redacted": hits}
