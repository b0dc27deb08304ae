"""A lexer as in the documentation of `re`, and what it reads: arithmetic with names."""
import re

TOKENS = [
    ("NUMBER", r"\d+(?:\.\d*)?"),
    ("ASSIGN", r":="),
    ("ID", r"[^\W\d]\w*"),
    ("OP", r"[+\-*/()]"),
    ("NEWLINE", r"\n"),
    ("SKIP", r"[ \t]+"),
    ("MISMATCH", r"."),
]
TOKEN = re.compile("|".join("(?P<%s>%s)" % pair for pair in TOKENS))
KEYWORDS = {"IF", "THEN", "ENDIF", "FOR", "NEXT"}


class Tokenizer:
    def __init__(self):
        self.seen = {}

    def process(self, code: str):
        line, start, tokens = 1, 0, []
        for mo in TOKEN.finditer(code):
            kind, value = mo.lastgroup, mo.group()
            column = mo.start() - start
            if kind == "NUMBER":
                value = float(value) if "." in value else int(value)
            elif kind == "ID" and value in KEYWORDS:
                kind = value
            elif kind == "NEWLINE":
                line, start = line + 1, mo.end()
                continue
            elif kind == "SKIP":
                continue
            elif kind == "MISMATCH":
                raise RuntimeError(f"{value!r} unexpected on line {line}")
            self.seen[kind] = self.seen.get(kind, 0) + 1
            tokens.append([kind, value, line, column])
        return {"tokens": tokens, "count": len(tokens)}

    def flush(self):
        return self.seen
