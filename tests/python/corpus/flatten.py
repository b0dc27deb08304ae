from typing import Any, Dict

from remotemedia.core.node import Node


class FlattenNode(Node):
    """{"a": {"b": 1}} becomes {"a.b": 1}; lists get their index as key."""

    def __init__(self, separator: str = "_", **kwargs: Any):
        super().__init__(**kwargs)
        self.separator = separator

    def _flatten(self, value: Any, prefix: str, out: Dict[str, Any]) -> None:
        if isinstance(value, dict) and value:
            for key, child in value.items():
                self._flatten(child, prefix + self.separator + key if prefix else key, out)
        elif isinstance(value, list) and len(value) > 0:
            for i, child in enumerate(value):
                self._flatten(child, f"{prefix}{self.separator}{i}" if prefix else str(i), out)
        else:
            out[prefix] = value

    def process(self, data: Dict[str, Any]) -> Dict[str, Any]:
        flat: Dict[str, Any] = {}
        self._flatten(data, "", flat)
        return flat
