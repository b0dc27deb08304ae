import asyncio

from beside.gain import Gain as Louder
from remotemedia import Pipeline
from remotemedia.core.node import Node
from remotemedia.nodes import HighPass, PassThrough

RATE = 16 * 1000


class Gain(Node):
    def __init__(self, factor: float = 2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def process(self, sample: float) -> float:
        return sample * self.factor


async def main():
    pipeline = Pipeline("clean", enable_metrics=True)
    pipeline.add_node(HighPass(80, name="rumble"))
    gain = Gain(-0.5)
    pipeline.add_node(gain).add(Gain(factor=RATE / 8000, name="second"))
    pipeline.add_node(node=Louder(factor=3))
    pipeline.add(PassThrough())
    pipeline.add(PassThrough())
    print(f"{len(pipeline.nodes)} nodes", pipeline)
    async with pipeline.managed_execution():
        async for out in pipeline.process(None):
            print(out)
    return await pipeline.run([1, 2])


if __name__ == "__main__":
    asyncio.run(main())
