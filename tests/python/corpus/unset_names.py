"""Names that are set on some ways only: read where they are, an error where they are not."""


class Unset:
    def __init__(self):
        self.calls = 0

    def last(self, items):
        for item in items:
            found = item
            if item == "stop":
                break
        return found

    def labelled(self, value):
        if value > 10:
            label = "high"
        elif value < 0:
            label = -1
        return label

    def guarded(self, value):
        try:
            number = float(value)
            half = number / 2
            words = [number]
            words.append(1 / half)
        except ZeroDivisionError:
            return [number, half, words]
        except (TypeError, ValueError):
            return half
        return words

    def process(self, message):
        self.calls += 1
        kind = message["kind"]
        with_total = message.get("total", False)
        if with_total:
            total = 0
        for value in message["values"]:
            if kind == "last":
                result = self.last(value)
            elif kind == "label":
                try:
                    result = self.labelled(value)
                except NameError as error:
                    result = type(error).__name__
            elif kind == "guard":
                result = self.guarded(value)
            if with_total:
                total += 1
            yield {"result": result, "calls": self.calls}
        yield total
