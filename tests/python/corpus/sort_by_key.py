from remotemedia.core.node import Node


class SortByKeyNode(Node):
    def __init__(self, key, descending=False, missing=0, **kwargs):
        super().__init__(**kwargs)
        self.key = key
        self.descending = descending
        self.missing = missing

    def process(self, data):
        rows = [r for r in data if isinstance(r, dict)]
        rows = sorted(rows, key=lambda r: r.get(self.key, self.missing), reverse=self.descending)
        names = sorted((r["name"] for r in rows), key=lambda name: name.lower())
        return {"rows": rows, "names": names, "skipped": len(data) - len(rows)}
