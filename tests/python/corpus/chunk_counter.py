from remotemedia.core.node import Node


class ChunkCounterNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.chunks = 0
        self.frames = 0

    def process(self, data):
        samples, rate = data
        channels, frames = samples.shape
        self.chunks += 1
        self.frames += frames
        return f"chunk {self.chunks}: {channels}x{frames} {samples.dtype} at {rate} Hz, {self.frames / rate:.3f}s"

    def flush(self):
        return {"chunks": self.chunks, "frames": self.frames}
