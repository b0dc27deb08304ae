"""Any number of arguments: given, counted, handed on; and those that nothing gives."""


def mix(first, *others, gain=1.0, **named):
    total = first
    for other in others:
        total = total + other
    for name in sorted(named):
        total = total + named[name]
    return total * gain


def span(low, high):
    return high - low


def apply(function, *values):
    return function(*values)


class Buffer:
    def __init__(self, *items):
        self.items = list(items)

    def put(self, *more):
        self.items.extend(more)
        return self


class Base:
    def __init__(self, gain=0.5, *args, **kwargs):
        self.gain = gain
        self.given = len(args)


class VariadicNode(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.buffer = Buffer(0)

    def note(self, *parts, sep="/"):
        return sep.join(str(part) for part in parts)

    def process(self, message, context=None, *args, **kwargs):
        pair = (message["a"], message["b"])
        self.buffer.put(*pair).put()
        return {
            "mix": [mix(1), mix(*pair), mix(2, *pair, gain=self.gain), mix(*pair, c=3, d=0.5)],
            "apply": [apply(span, *pair), apply(mix, *pair, 1), apply(max, *pair), apply(lambda a, b: a - b, *pair)],
            "note": self.note("a", *pair) + self.note() + self.note(*pair, *pair, sep=","),
            "kept": (*self.buffer.items, self.given),
            "none": len(args) + len(kwargs),
        }
