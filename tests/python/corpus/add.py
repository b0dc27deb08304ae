from remotemedia import Node


class AddNode(Node):
    def __init__(self, addend=0.0, **kwargs):
        super().__init__(**kwargs)
        self.addend = addend

    async def process(self, data):
        if isinstance(data, list):
            return [item + self.addend for item in data]
        elif isinstance(data, dict):
            return {"value": data["value"] + self.addend}
        return data + self.addend
