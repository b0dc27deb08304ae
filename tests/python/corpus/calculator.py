"""A calculator that takes its operation from each message."""

from typing import Any, Dict

from remotemedia.core.node import Node

SUPPORTED = ("add", "subtract", "multiply", "divide", "power", "modulo")


class CalculatorNode(Node):
    """
    Performs basic arithmetic.

    Expects ``{"operation": str, "operands": [a, b]}`` and returns a dict with the
    result, or with an ``error`` key if the request made no sense.
    """

    def __init__(self, verbose: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.verbose = verbose
        self.operation_count = 0

    async def process(self, data: Dict[str, Any]) -> Dict[str, Any]:
        if not isinstance(data, dict):
            return {"error": "input must be a dictionary"}

        operation = data.get("operation")
        operands = data.get("operands", [])

        if operation not in SUPPORTED:
            return {"error": f"unsupported operation: {operation}"}
        if len(operands) != 2:
            return {"error": f"expected 2 operands, got {len(operands)}", "operation": operation}

        a, b = operands
        if operation == "add":
            result = a + b
        elif operation == "subtract":
            result = a - b
        elif operation == "multiply":
            result = a * b
        elif operation == "divide":
            if b == 0:
                return {"error": "division by zero", "operation": operation, "operands": operands}
            result = a / b
        elif operation == "power":
            result = a**b
        else:
            result = a % b

        self.operation_count += 1
        out = {"result": result, "operation": operation, "operands": operands}
        if self.verbose:
            out["count"] = self.operation_count
            self.logger.info(f"{operation}({a}, {b}) = {result}")
        return out
