import json

from remotemedia.core.node import Node


class JsonLineNode(Node):
    """Parses lines of JSON and writes them in a canonical form."""

    def process(self, data):
        try:
            value = json.loads(data)
        except json.JSONDecodeError as e:
            return {"error": e.msg, "line": e.lineno, "column": e.colno}
        return {
            "value": value,
            "canonical": json.dumps(value, sort_keys=True, separators=(",", ":")),
            "pretty": json.dumps(value, indent=2, ensure_ascii=False),
        }
