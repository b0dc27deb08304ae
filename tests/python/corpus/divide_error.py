from remotemedia import Node


class RatioNode(Node):
    def process(self, data):
        ratio = data["num"] / data["den"]
        return round(ratio, 3)
