class ReverseWords:
    """Derives from nothing: any class with `process` will do."""

    def process(self, text):
        words = text.split()
        return {
            "order": " ".join(reversed(words)),
            "letters": " ".join(w[::-1] for w in words),
            "palindromes": [w for w in words if w == w[::-1] and len(w) > 1],
            "longest": max(words, key=len) if words else None,
        }
