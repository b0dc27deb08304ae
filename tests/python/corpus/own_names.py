"""Comprehensions and lambdas have names of their own; what a loop sets stays behind it."""


class OwnNames:
    def process(self, message):
        x = message["x"]
        doubled = [x * 2 for x in message["items"]]
        table = {x: i for i, x in enumerate(message["items"])}
        ordered = sorted(message["items"], key=lambda x: -x)
        found = any(x > 2 for x in message["items"])
        item = None
        for item in message["items"]:
            if item > 2:
                break
        text = "{x}: {first} {0!s:>4}".format(item, x=x, first=ordered[:1])
        return {"x": x, "doubled": doubled, "table": table, "found": found, "text": text, "padded": format(x, ">5")}
