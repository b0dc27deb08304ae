"""Sentences out of chunks of text, as they come: for a synthesiser behind a language model."""
import re

END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])|\n{2,}")
NUMBERED = re.compile(r"^\s*(?:[-*]|(\d+)[.)])\s+", re.M)


class Sentences:
    def __init__(self, least: int = 3):
        self.least = least
        self.rest = ""

    def process(self, text: str):
        text = NUMBERED.sub(lambda m: f"{m.group(1)}: " if m.group(1) else "", text)
        parts = END.split(self.rest + text)
        self.rest = parts.pop()
        for part in parts:
            part = re.sub(r"\s+", " ", part).strip()
            if len(part) >= self.least and not re.fullmatch(r"\W*", part):
                yield {"text": part, "words": len(re.findall(r"\w+(?:['-]\w+)*", part)), "asks": bool(re.search(r"\?\W*$", part))}

    def flush(self):
        if self.rest.strip():
            return {"text": self.rest.strip(), "left": True}
