from remotemedia import Node


class PickNode(Node):
    def process(self, data):
        items = data["list"]
        yield len(items)
        yield items[data["at"]]
