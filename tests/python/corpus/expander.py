from typing import Any, Generator

from remotemedia.core.node import Node


class ExpanderNode(Node):
    """Yields every input several times."""

    def __init__(self, expansion_factor: int = 3, **kwargs):
        super().__init__(**kwargs)
        self.expansion_factor = expansion_factor

    def process(self, data: Any) -> Generator[Any, None, None]:
        for i in range(self.expansion_factor):
            yield {"original": data, "index": i, "total": self.expansion_factor}
