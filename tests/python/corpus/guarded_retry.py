"""Handlers inside handlers and loops, exceptions raised in them, `raise … from`, `suppress`, names that have other types behind."""

from contextlib import suppress


def first(values):
    for value in values:
        with suppress(TypeError, ValueError):
            return int(value)
    raise LookupError("nothing to read")


def second(values):
    try:
        return values[1]
    except IndexError as error:
        raise ValueError(f"too short: {error}") from error


class Retry:
    def __init__(self, attempts: int = 3):
        self.attempts = attempts
        self.calls = 0

    def fetch(self, values, number):
        self.calls += 1
        if number < 1:
            raise TimeoutError
        return values[number]

    def process(self, values):
        result = None
        for attempt in range(self.attempts):
            try:
                result = self.fetch(values, attempt)
                break
            except TimeoutError as error:
                yield {"attempt": attempt, "message": str(error)}
            except (IndexError, KeyError) as error:
                try:
                    result = second(values)
                except ValueError as inner:
                    yield {"outer": f"{error}", "inner": str(inner)}
                    result = "none"
                    continue
                finally:
                    self.calls += 100
        else:
            yield "gave up"
        try:
            number = first(values)
        except LookupError as error:
            number = str(error)
        with suppress(Exception):
            number = number + 1
        yield {"result": result, "number": number, "calls": self.calls}
        if self.calls > 800:
            try:
                assert number == 0, f"not {number}"
            except AssertionError as error:
                raise error
