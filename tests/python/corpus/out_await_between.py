import asyncio

from remotemedia.core.node import Node


class PolitePipelineNode(Node):
    """Does its work in tasks that run side by side and are gathered in order."""

    def __init__(self, parts=1, **kwargs):
        super().__init__(**kwargs)
        self.parts = parts
        self.lock = None

    async def initialize(self):
        self.lock = asyncio.Lock()
        self.done = 0

    async def _work(self, x, part):
        for _ in range(part):
            await asyncio.sleep(0)
        async with self.lock:
            self.done += 1
        return (x, part)

    async def process(self, data):
        items = data if isinstance(data, list) else [data]
        tasks = [self._work(x, part) for x in items for part in reversed(range(self.parts))]
        for result in await asyncio.gather(*tasks):
            yield result
        yield {"done": self.done}
