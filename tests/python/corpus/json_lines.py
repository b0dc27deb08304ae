"""Lines of JSON that are read, checked and written again."""

import json
from json import JSONDecodeError


class JsonLines:
    def __init__(self, required=("id",)):
        self.required = list(required)
        self.bad = 0

    def process(self, text):
        try:
            value = json.loads(text)
        except JSONDecodeError as error:
            self.bad += 1
            return {"error": f"line {self.bad}: {error}", "type": type(error).__name__}
        if not isinstance(value, dict):
            return json.dumps(value)
        missing = [name for name in self.required if name not in value]
        if missing:
            raise ValueError("missing: " + ", ".join(missing))
        return {"value": value, "canonical": json.dumps(value, sort_keys=True, separators=(",", ":"))}
