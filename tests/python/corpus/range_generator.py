from remotemedia.core.node import Node


class RangeGeneratorNode(Node):
    async def process(self, data):
        if isinstance(data, int):
            data = {"end": data}
        start = data.get("start", 0)
        end = data.get("end", 10)
        step = data.get("step", 1)
        for value in range(start, end, step):
            yield value
