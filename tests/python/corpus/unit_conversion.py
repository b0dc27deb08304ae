from remotemedia import Node

# to the base unit of each kind
FACTORS = {
    "m": ("length", 1.0),
    "km": ("length", 1000.0),
    "ft": ("length", 0.3048),
    "mi": ("length", 1609.344),
    "kg": ("mass", 1.0),
    "lb": ("mass", 0.45359237),
}
TEMPERATURES = "CFK"


class UnitConversionNode(Node):
    def to_kelvin(self, value, unit):
        match unit:
            case "C":
                return value + 273.15
            case "F":
                return (value - 32) * 5 / 9 + 273.15
            case _:
                return value

    def from_kelvin(self, value, unit):
        match unit:
            case "C":
                return value - 273.15
            case "F":
                return (value - 273.15) * 9 / 5 + 32
            case _:
                return value

    def process(self, data):
        value, source, target = data["value"], data["from"], data["to"]
        if source in TEMPERATURES and target in TEMPERATURES:
            result = self.from_kelvin(self.to_kelvin(value, source), target)
        elif source not in FACTORS or target not in FACTORS:
            unknown = source if source not in FACTORS else target
            return {"error": f"unknown unit {unknown!r}"}
        else:
            kind, factor = FACTORS[source]
            other_kind, other_factor = FACTORS[target]
            if kind != other_kind:
                return {"error": f"cannot convert {kind} to {other_kind}"}
            result = value * factor / other_factor
        return {"value": result, "unit": target, "text": f"{value:g} {source} = {result:.2f} {target}"}
