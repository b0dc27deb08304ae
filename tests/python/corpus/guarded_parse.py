"""Numbers out of whatever a sensor sends: what cannot be read is said, and counted."""


class SensorError(ValueError):
    """A reading that is none."""


class TooHot(SensorError):
    pass


class ReadingParser:
    def __init__(self, limit=100.0):
        self.limit = limit
        self.failures = 0
        self.by_kind = {}

    def parse(self, message):
        value = float(message["value"])
        if value > self.limit:
            raise TooHot(f"{value:.1f} is above {self.limit}")
        if value < -273.15:
            raise SensorError("colder than cold")
        return value

    def process(self, message):
        try:
            value = self.parse(message)
            scale = int(message.get("scale", 1))
            result = value / scale
        except TooHot as error:
            self.failures += 1
            return {"hot": str(error), "kind": type(error).__name__}
        except (KeyError, TypeError) as error:
            self.failures += 1
            name = error.__class__.__name__
            self.by_kind[name] = self.by_kind.get(name, 0) + 1
            return {"error": f"{name}: {error}", "failures": self.failures}
        except ZeroDivisionError:
            result = 0.0
        except ValueError as error:
            self.failures += 1
            return {"error": str(error)}
        else:
            if result == 42:
                return {"answer": True}
        return {"value": result, "failures": self.failures, "kinds": dict(self.by_kind)}
