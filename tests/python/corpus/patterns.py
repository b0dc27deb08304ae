"""`match` over the shapes of messages: sequences, mappings, classes, parts that get names, guards."""

from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int = 0


class Patterns:
    def __init__(self):
        self.moves = 0

    def event(self, message):
        match message:
            case {"type": "start", "id": int(id)} if id > 3:
                return ["big", id]
            case {"type": "start", "id": id}:
                return ["start", id]
            case {"type": "move", "to": [x, y]}:
                self.moves += 1
                return ["move", x, y, self.moves]
            case {"type": "move", "to": [x, *rest]}:
                return ["path", x, rest]
            case {"type": "pair", "to": [*front, {"k": last}]}:
                return ["pair", front, last]
            case {}:
                return "dict"
            case []:
                return "empty"
            case [1, 2, *_]:
                return "from one"
            case [a, [b, c], *middle, z]:
                return [a, b, c, middle, z]
            case str(text) if text.startswith("a"):
                return text
            case str() as other:
                return [other]
            case bool():
                return "bool"
            case int() | float():
                return "number"
            case None:
                return "none"
            case _:
                return "other"

    def place(self, value):
        point = Point(value, 2) if isinstance(value, int) else value
        match point:
            case Point(x=0):
                return "origin"
            case Point(a, 2) if a > 3:
                return ["far", a]
            case Point():
                return "point"
            case other:
                return other

    def process(self, message):
        return {"event": self.event(message), "place": self.place(message)}
