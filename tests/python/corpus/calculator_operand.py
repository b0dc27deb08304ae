from remotemedia.core.node import Node


class OperandCalculator(Node):
    """One operation, one operand, given when the pipeline is built."""

    def __init__(self, operation="add", operand=0, **kwargs):
        super().__init__(**kwargs)
        self.operation = operation
        self.operand = operand

    def _apply(self, x):
        match self.operation:
            case "add":
                return x + self.operand
            case "subtract":
                return x - self.operand
            case "multiply":
                return x * self.operand
            case "divide":
                return x / self.operand
            case "floor_divide":
                return x // self.operand
            case "modulo" | "mod":
                return x % self.operand
            case "power":
                return x ** self.operand
            case _:
                raise ValueError(f"unknown operation {self.operation!r}")

    def process(self, data):
        x = data["value"] if isinstance(data, dict) else data
        return {"input": x, "result": self._apply(x), "rest": x % self.operand}
