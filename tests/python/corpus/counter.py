from remotemedia.core.node import Node


class CounterNode(Node):
    def __init__(self, initial_count=0, step=1, **kwargs):
        super().__init__(**kwargs)
        self.initial_count = initial_count
        self.step = step
        self.count = initial_count

    def initialize(self):
        self.logger.info("counting from %d", self.initial_count)
        self.count = self.initial_count

    def process(self, data):
        if data == "reset" or (isinstance(data, dict) and data.get("reset")):
            self.count = self.initial_count
            return {"count": self.count, "reset": True}
        self.count += self.step
        return {"count": self.count, "data": data}
