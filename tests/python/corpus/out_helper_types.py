"""A function of the file that is called with other types than some of its lines are for: none of them is reached with those."""


def level(value, unit):
    """Decibels of a number, of text or of a record."""
    if unit == "text":
        return float(value.strip(" dB"))
    if unit == "record":
        return float(value["level"])
    return value + 0.5


class LevelNode:
    def __init__(self, reference=0.0):
        self.reference = reference

    def process(self, message):
        fixed = [level(-3, "number"), level("-6 dB", "text"), level({"level": 2}, "record")]
        return {"fixed": fixed, "asked": level(message["value"], message["unit"]) - self.reference}
