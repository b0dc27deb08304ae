"""Counting and grouping with `defaultdict`."""

from collections import defaultdict


class CountingNode:
    def __init__(self):
        self.counts = defaultdict(int)
        self.groups: dict = defaultdict(list)
        self.deep = defaultdict(lambda: {"n": 0})
        self.counts["start"] += 1

    def process(self, text):
        shares = defaultdict(float)
        for word in text.split():
            self.counts[word] += 1
            self.groups[len(word)].append(word)
            self.deep[word[0]]["n"] += 2
            shares[word] += 0.5
        probe = self.counts["probe"]
        if text == "reset":
            self.counts = defaultdict(int)
        return {
            "counts": dict(self.counts),
            "groups": {str(k): v for k, v in self.groups.items()},
            "deep": [sorted(self.deep), self.deep["q"]["n"]],
            "shares": dict(shares),
            "read": [probe, "zz" in self.counts, self.counts.get("zz", -1), max(self.counts.values(), default=0), len(shares)],
        }
