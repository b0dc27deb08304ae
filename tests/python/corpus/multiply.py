from typing import Any

from remotemedia.core.node import Node


class MultiplyNode(Node):
    """Multiplies numbers by a constant factor."""

    def __init__(self, factor: float = 2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def process(self, data: Any) -> Any:
        if isinstance(data, list):
            return [x * self.factor for x in data]
        if isinstance(data, dict):
            if "value" in data:
                return {"value": data["value"] * self.factor}
            return data
        if isinstance(data, (int, float)):
            return data * self.factor
        self.logger.warning(f"MultiplyNode: unsupported type {type(data).__name__}")
        return data
