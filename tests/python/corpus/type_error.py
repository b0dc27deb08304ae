from remotemedia.core.node import Node


class JoinNode(Node):
    """Adds whatever comes; strings and numbers do not go together."""

    def process(self, data):
        first, second = data
        total = first + second
        return {"total": total, "kind": type(total).__name__}
