from remotemedia.core.node import Node


class ConditionalExpanderNode(Node):
    """None, one or many outputs, depending on what comes in."""

    def __init__(self, threshold=2, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold

    async def process(self, data):
        if data is None:
            return
        if isinstance(data, bool):
            yield "yes" if data else "no"
        elif isinstance(data, int):
            if data < 0:
                return
            if data <= self.threshold:
                yield data
            else:
                for i in range(data):
                    if i % 2:
                        continue
                    yield i * 10
        elif isinstance(data, float):
            whole = int(data)
            yield whole
            yield data - whole
        elif isinstance(data, str):
            for position, ch in enumerate(data, start=1):
                yield f"{position}:{ch}"
        elif isinstance(data, list):
            for item in data:
                yield item
        else:
            for name, value in data.items():
                yield (name, value)
