"""A calculator: operations are functions in a table."""
import math
import operator

OPERATIONS = {
    "add": operator.add,
    "sub": lambda a, b: a - b,
    "mul": operator.mul,
    "div": lambda a, b: a / b if b else None,
    "pow": lambda a, b=2: a**b,
    "max": max,
    "sqrt": math.sqrt,
    "max": max,
    "less": operator.lt,
}
CONVERT = {"int": int, "float": float, "str": str, "bool": bool, "upper": str.upper, "len": len}


def clamp(x, low=0, high=10):
    return min(max(x, low), high)


class Calculator:
    def __init__(self, scale=2, default="add"):
        self.scale = scale
        self.count = 0
        self.handlers = {
            "calc": self._calculate,
            "convert": self._convert,
            "reset": self._reset,
            "clamp": clamp,
        }
        self.post = (lambda x: x * self.scale) if scale != 1 else None
        self.chain = [clamp, abs, self._note]
        self.default = OPERATIONS[default]

    def _note(self, x):
        self.count += 1
        return x

    def _reset(self, data):
        self.count = 0
        return None

    def _calculate(self, data):
        operation = OPERATIONS.get(data.get("operation"))
        if operation is None:
            return {"error": f"unknown operation {data.get('operation')!r}, one of {', '.join(sorted(OPERATIONS))}"}
        args = data["args"]
        if len(args) == 1:
            result = operation(args[0])
        else:
            result = operation(args[0], args[1])
        if self.post and isinstance(result, (int, float)) and not isinstance(result, bool):
            result = self.post(result)
        return {"result": result}

    def _convert(self, data):
        convert = CONVERT[data["to"]]
        return {"converted": [convert(v) for v in data["values"]], "mapped": list(map(convert, data["values"]))}

    def process(self, data):
        kind = data.get("type", "calc")
        handler = self.handlers.get(kind, self._note)
        if not handler:
            return
        out = handler(data)
        if kind == "calc":
            x = data["args"][0]
            for f in self.chain:
                x = f(x)
            out["chained"] = x
            out["default"] = self.default(1, 2)
            out["inline"] = (operator.add if x > 3 else operator.sub)(x, 1)
            out["same"] = self.default is OPERATIONS["add"] or self.default == operator.mul
        yield out
