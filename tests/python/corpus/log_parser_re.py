"""Lines of a log into records; what is none is counted."""
import re
from typing import Optional

LINE = re.compile(
    r"""
    (?P<host>\S+)\s                 # who
    \S+\s(?P<user>\S+)\s
    \[(?P<time>[^\]]+)\]\s
    "(?P<method>[A-Z]+)\s(?P<path>[^\s"]+)(?:\sHTTP/(?P<version>[\d.]+))?"\s
    (?P<status>\d{3})\s(?P<size>\d+|-)
    """,
    re.VERBOSE,
)


class LogParser:
    def __init__(self, slow: int = 1000):
        self.bad = 0
        self.slow = slow
        self.took = re.compile(r"took=(\d+)(ms|s)?\b", re.I)

    def parse(self, line: str) -> Optional[dict]:
        m = LINE.match(line)
        if m is None:
            return None
        d = m.groupdict()
        d["status"] = int(d["status"])
        d["size"] = 0 if m["size"] == "-" else int(m["size"])
        d["rest"] = line[m.end():].strip()
        t = self.took.search(line)
        if t:
            amount, unit = t.groups()
            d["ms"] = int(amount) * (1000 if unit and unit.lower() == "s" else 1)
            d["slow"] = d["ms"] > self.slow
        return d

    def process(self, line: str):
        try:
            d = self.parse(line)
            if d is None:
                self.bad += 1
                return {"bad": self.bad, "words": re.findall(r"\b\w{3,}\b", line)[:5]}
            q = re.split(r"[?&]", d["path"], maxsplit=2)
            d["query"] = [re.split(r"(=)", part) for part in q[1:]]
            return d
        except ValueError as e:
            return {"error": str(e)}
