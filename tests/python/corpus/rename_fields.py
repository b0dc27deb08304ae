from remotemedia.core.node import Node


class RenameFieldsNode(Node):
    def __init__(self, mapping, drop=(), **kwargs):
        super().__init__(**kwargs)
        self.mapping = mapping
        self.drop = drop

    def rename(self, record: dict) -> dict:
        return {self.mapping.get(k, k): v for k, v in record.items() if k not in self.drop}

    def process(self, data):
        if isinstance(data, list):
            return [self.rename(r) for r in data]
        return self.rename(data)
