from remotemedia import Node

REPLACEMENTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ï": "i", "&": "and"}


def slugify(text: str) -> str:
    out = []
    for ch in text.lower():
        ch = REPLACEMENTS.get(ch, ch)
        if ch.isascii() and ch.isalnum() or ch == "and" or len(ch) > 1:
            out.append(ch)
        else:
            out.append("-")
    slug = "".join(out)
    while "--" in slug:
        slug = slug.replace("--", "-")
    return slug.strip("-")


class SlugNode(Node):
    def __init__(self, max_length: int = 40, **kwargs):
        super().__init__(**kwargs)
        self.max_length = max_length
        self.seen: dict[str, int] = {}

    def process(self, data: str) -> str:
        slug = slugify(data)[: self.max_length].rstrip("-") or "untitled"
        n = self.seen.get(slug, 0)
        self.seen[slug] = n + 1
        return f"{slug}-{n}" if n else slug
