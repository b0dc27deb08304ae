from remotemedia.core.node import Node


def twice(f):
    return lambda *args: f(f(*args))


class OperatorTableNode(Node):
    """Operations are functions in a dict, some of them closures over the parameters."""

    def __init__(self, bonus=1, **kwargs):
        super().__init__(**kwargs)
        calls = 0

        def counter():
            nonlocal calls
            calls += 1
            return calls

        self.table = {
            "add": lambda a, b: a + b,
            "sub": lambda a, b: a - b,
            "scale": lambda x, factor=bonus: x * factor,
            "clamp": lambda x: max(0, min(255, x)),
            "twice": twice(lambda x: x + x),
            "count": counter,
        }
        self.counter = counter

    def process(self, data):
        name, *args = data
        operation = self.table.get(name, lambda *rest: f"no {name} for {rest}")
        self.counter()
        return operation(*args)
