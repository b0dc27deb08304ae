"""Constants of the file and of the class, in all the ways in which they are set."""

IDLE, ATTACK, DECAY = range(3)
(RATIO, NAME) = [1.5, "quiet"]
ITEMS = [3, 1, 2]
NAMES = {"a": [1, 2], "b": [3]}
WEIGHTS = (0.5, 0.25)


class ConstantsNode:
    LOW, HIGH = 0.1, 0.2
    FIRST = SECOND = 3
    DOUBLE = FIRST * 2

    def __init__(self):
        self.items = ITEMS
        self.count = 0

    def look(self, table, key):
        self.count += 1
        return table.get(key, [])

    def process(self, key):
        items = ITEMS
        total = ITEMS[0]
        total += ITEMS[1]
        for value in ITEMS:
            value *= 2
            total += value
        found = [x for x in items] + self.look(NAMES, key)
        state = ATTACK if found[-1] == 2 else DECAY if key == "b" else IDLE
        levels = [self.LOW, self.HIGH, self.FIRST, self.SECOND, self.DOUBLE, RATIO, WEIGHTS[1]]
        self.items = self.items + [state]
        return {"total": total, "found": found, "state": state, "name": NAME, "levels": levels, "items": self.items, "n": self.count}
