"""Cleans text for speech synthesis."""
import re

_WHITESPACE = re.compile(r"\s+")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_ABBREVIATIONS = [
    (re.compile(r"\b%s\." % short, re.I), long)
    for short, long in [("mrs", "misess"), ("mr", "mister"), ("dr", "doctor"), ("st", "saint"), ("no", "number")]
]


def _expand_number(m):
    return " point ".join(m.group(0).split("."))


class TextCleaner:
    """Text in, text out: what a synthesiser can read aloud."""

    def __init__(self, url_word: str = "link", lowercase: bool = True):
        self.url_word = url_word
        self.lowercase = lowercase
        self.decimal = re.compile(r"(\d+)\.(\d+)")

    def process(self, text: str) -> str:
        text = _URL.sub(self.url_word, text)
        for pattern, long in _ABBREVIATIONS:
            text = pattern.sub(long, text)
        text = self.decimal.sub(_expand_number, text)
        text = re.sub(r"\$(\d+)", r"\1 dollars", text)
        text = re.sub(r"<[^>]+>", "", text)
        text = re.sub(r"([!?.]){2,}", r"\1", text)
        text = _WHITESPACE.sub(" ", text).strip()
        return text.lower() if self.lowercase else text
