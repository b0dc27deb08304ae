"""Rows and columns, keys as sets, exact types."""


def described(value):
    if type(value) is bool:
        return "bool"
    if type(value) in (int, float):
        return "number"
    if type(value) == str:
        return "text"
    return "other" if type(value) is not list else "list"


class Rows:
    REQUIRED = {"id", "rows"}

    def __init__(self):
        self.known = {}

    def process(self, message):
        missing = self.REQUIRED - message.keys()
        if missing:
            return {"missing": sorted(missing)}
        extra = message.keys() - self.REQUIRED
        rows = message["rows"]
        columns = [list(column) for column in zip(*rows)]
        widths = [max(0, *column) for column in columns]
        both = self.known.keys() & message.keys()
        same = self.known.keys() == message.keys()
        covers = message.keys() >= self.REQUIRED
        self.known.update(message)
        total = 0
        for pair in zip(rows, *columns[:1]):
            total += len(pair)
        return {
            "extra": sorted(extra),
            "columns": columns,
            "widths": widths,
            "both": sorted(both),
            "same": same,
            "covers": covers,
            "types": [described(value) for value in message.values()],
            "apart": message.keys().isdisjoint(["z"]),
            "total": total,
        }
