from remotemedia.core.node import Node


class MergeStateNode(Node):
    """A document that messages change: deep merge of dicts, lists are joined, everything else replaces."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.doc = {}
        self.version = 0

    def merge(self, into, new):
        for key, value in new.items():
            old = into.get(key)
            if isinstance(old, dict) and isinstance(value, dict):
                self.merge(old, value)
            elif isinstance(old, list) and isinstance(value, list):
                old.extend(value)
            else:
                into[key] = value

    def process(self, data):
        if "set" in data:
            self.merge(self.doc, data["set"])
            self.version += 1
        if "delete" in data:
            if self.doc.pop(data["delete"], None) is None:
                yield {"missing": data["delete"]}
            else:
                self.version += 1
        if "get" in data:
            yield {"value": self.doc.get(data["get"]), "version": self.version}
        if data.get("snapshot"):
            yield dict(self.doc)
