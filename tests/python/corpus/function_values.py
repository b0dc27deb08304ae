"""Functions as values: given, returned, kept, chosen, compared."""


def twice(f, x):
    return f(f(x))


def pick(name):
    if name == "inc":
        return inc
    return {"dec": lambda x: x - 1}.get(name)


def inc(x):
    return x + 1


def times(k):
    return lambda x: x * k


class Functions:
    table = {"a": lambda x: x * 2, "b": inc}

    def __init__(self):
        self.fs = [inc, lambda x: x * 3]
        self.on_value = None
        self.key = len
        bias = 0.5
        self.fs.append(lambda x: x + bias)
        self.scaled = {2: times(2), 3: times(3)}

    def set(self, f):
        self.on_value = f

    def process(self, m):
        kind = m["k"]
        if kind == "twice":
            yield twice(inc, m["x"])
            yield twice(lambda v: v * v, m["x"])
        elif kind == "times":
            local = times(m["x"])
            yield [self.scaled[2](m["x"]), self.scaled[3](m["x"]), local(10), self.fs[2](m["x"])]
            yield [f.__name__ for f in (inc, local, self.set, self.key)]
        elif kind == "pick":
            f = pick(m["name"])
            yield f(m["x"])
        elif kind == "table":
            yield [self.table[n](m["x"]) for n in sorted(self.table)]
        elif kind == "set":
            self.set(self.fs[m["i"]])
            yield self.on_value is not None
        elif kind == "call":
            yield self.on_value(m["x"]) if self.on_value else "none"
        elif kind == "try":
            try:
                yield self.on_value(m["x"], 2)
            except TypeError as e:
                yield "type error"
        elif kind == "key":
            yield sorted(m["x"], key=self.key)
            yield max(m["x"], key=lambda s: self.key(s))
            yield list(filter(self.key, m["x"]))
        elif kind == "eq":
            yield [self.fs[0] is inc, self.fs[0] == self.fs[1], inc in self.fs]
