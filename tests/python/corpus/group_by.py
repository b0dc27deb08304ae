from remotemedia import Node


class GroupByNode(Node):
    def __init__(self, key, value, **kw):
        super().__init__(**kw)
        self.key = key
        self.value = value

    def process(self, data):
        groups = {}
        for row in data:
            groups.setdefault(row.get(self.key, "?"), []).append(row.get(self.value, 0))
        for name, values in groups.items():
            yield {
                "group": name,
                "count": len(values),
                "sum": sum(values),
                "min": min(values),
                "max": max(values),
                "mean": sum(values) / len(values),
            }
        yield {"groups": len(groups), "names": [str(n) for n in groups]}
