from remotemedia.core.node import Node


class TruncateNode(Node):
    """Cuts text at a word border."""

    def __init__(self, limit=20, ellipsis="…", **kwargs):
        super().__init__(**kwargs)
        assert limit > len(ellipsis), "limit too small"
        self.limit = limit
        self.ellipsis = ellipsis

    def process(self, data):
        if len(data) <= self.limit:
            return data
        room = self.limit - len(self.ellipsis)
        cut = data.rfind(" ", 0, room + 1)
        if cut <= 0:
            cut = room
        return data[:cut].rstrip() + self.ellipsis
