from remotemedia.core.node import Node


class StreamingTotalsNode(Node):
    """Takes the whole stream as an async generator."""

    is_streaming = True

    async def process(self, data_stream):
        total, count = 0, 0
        async for item in data_stream:
            if item == "end":
                break
            total += item
            count += 1
            if count % 3 == 0:
                yield {"count": count, "total": total}
        yield {"final": total, "count": count}
