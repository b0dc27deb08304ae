"""Reverse Polish notation, one expression a line."""

from remotemedia.core.node import Node

OPERATORS = "+-*/%^"


class RpnCalculator(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.stack: list = []

    @staticmethod
    def parse_number(token: str):
        if "." in token:
            return float(token)
        return int(token)

    def apply(self, op: str) -> bool:
        if len(self.stack) < 2:
            return False
        b = self.stack.pop()
        a = self.stack.pop()
        if op == "+":
            self.stack.append(a + b)
        elif op == "-":
            self.stack.append(a - b)
        elif op == "*":
            self.stack.append(a * b)
        elif op == "/":
            self.stack.append(a / b)
        elif op == "%":
            self.stack.append(a % b)
        else:
            self.stack.append(a ** b)
        return True

    def process(self, line: str) -> str:
        self.stack.clear()
        for token in line.split():
            if len(token) == 1 and token in OPERATORS:
                if not self.apply(token):
                    return f"error: {token} needs two values"
            elif token == "dup":
                self.stack.append(self.stack[-1])
            elif token == "swap":
                if len(self.stack) < 2:
                    return "error: swap needs two values"
                self.stack[-1], self.stack[-2] = self.stack[-2], self.stack[-1]
            else:
                self.stack.append(self.parse_number(token))
        if not self.stack:
            return "empty"
        return " ".join(str(x) for x in self.stack) if len(self.stack) > 1 else str(self.stack[0])
