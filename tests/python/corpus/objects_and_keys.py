"""Objects that are themselves alone, objects that are keys, methods of classes, the longest of a list of cues."""

from dataclasses import dataclass, field


class Token:
    def __init__(self, kind, text):
        self.kind = kind
        self.text = text

    @classmethod
    def word(cls, text):
        return cls("word", text)

    @staticmethod
    def is_number(text):
        return text.isdigit()

    def show(self):
        return f"{self.kind}:{self.text}"


@dataclass(frozen=True)
class Key:
    text: str
    size: int = 0

    @classmethod
    def of(cls, text):
        return cls(text, len(text))


@dataclass
class Cue:
    start: float
    end: float
    words: list = field(default_factory=list)

    @property
    def length(self):
        return self.end - self.start

    def shifted(self, by, scale=1.0):
        return Cue(self.start * scale + by, self.end * scale + by, self.words)

    def grow(self, by=1):
        self.end += by
        return self


class ObjectsNode:
    def __init__(self):
        self.seen = {}
        self.last = None
        self.by_size = {}

    def process(self, text):
        tokens = [Token("number", t) if Token.is_number(t) else Token.word(t) for t in text.split()]
        places = [tokens.index(t) for t in tokens]
        one, other = Token("word", "x"), Token("word", "x")
        for token in tokens:
            key = Key.of(token.text)
            self.seen[key] = self.seen.get(key, 0) + 1
        cues = [Cue(i, i + len(t.text), [t.text]) for i, t in enumerate(tokens)]
        for cue in cues:
            cue.grow()
            self.by_size.setdefault(cue.length, []).append(cue)
        self.last = self.last.grow(2) if self.last is not None else Cue(0, 0)
        longest = max(cues, key=lambda c: c.length, default=None)
        if text == "freeze":
            Key.of(text).text = "other"
        return {
            "tokens": [t.show() for t in tokens],
            "places": places,
            "same": [one == other, one == one, one != other, one is one, one in [other], one in [other, one], len({one, other})],
            "seen": [(k.text, k.size, n) for k, n in self.seen.items()],
            "keys": [Key("a", 1) == Key.of("a"), Key("a", 1) in self.seen, len({Key("a"), Key("a", 0), Key("b")})],
            "longest": longest,
            "moved": [c.shifted(1, scale=0.5) for c in cues[:2]],
            "last": self.last.length,
            "sizes": {str(k): sum(c.length for c in v) for k, v in self.by_size.items()},
        }
