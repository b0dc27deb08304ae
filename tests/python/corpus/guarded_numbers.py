from remotemedia.core.node import Node


class SafeParseNode(Node):
    """Numbers from text; whatever is none is counted, not raised."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.failures = 0

    def process(self, data):
        try:
            value = int(data)
            kind = "int"
        except ValueError:
            try:
                value, kind = float(data), "float"
            except ValueError as error:
                self.failures += 1
                return {"error": str(error), "failures": self.failures}
        else:
            kind += "!" if value < 0 else ""
        finally:
            self.last = data
        return {"value": value, "kind": kind, "inverse": self._inverse(value)}

    def _inverse(self, value):
        try:
            return 1 / value
        except ZeroDivisionError:
            return None
