"""Hides what is personal, and tells how often: patterns from parameters, a method as the replacement."""
import re


class Redact:
    PATTERNS = {
        "email": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        "phone": r"(?<!\d)(?:\+?\d{1,3}[ -])?\(?\d{3}\)?[ -]?\d{3}[ -]?\d{4}(?!\d)",
        "card": r"\b(?:\d[ -]*?){13,16}\b",
    }

    def __init__(self, words=("secret", "pass word"), mask="*"):
        self.mask = mask
        self.words = re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")s?\b", re.IGNORECASE)
        self.compiled = {name: re.compile(p) for name, p in self.PATTERNS.items()}
        self.hidden = 0

    def _hide(self, match):
        self.hidden += 1
        word = match.group(1)
        return word[0] + self.mask * (len(word) - 1) + match.group()[len(word):]

    def process(self, message):
        text = message["text"]
        counts = {}
        for name, pattern in self.compiled.items():
            text, n = pattern.subn(f"<{name}>", text)
            if n:
                counts[name] = n
        text = self.words.sub(self._hide, text)
        camel = re.sub(r"(?<!^)(?=[A-Z])", "_", message.get("key", "")).lower()
        title = re.sub(r"\b([a-z])(\w*)", lambda m: m[1].upper() + m[2], camel, count=2)
        dates = re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3.\2.\g<1>", text)
        return {"text": dates, "counts": counts, "hidden": self.hidden, "key": camel, "title": title}
