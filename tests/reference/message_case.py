"""How a case of a message node is computed and written down."""


class Fail(Exception):
    """A node's structured failure."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def fit(value):
    """A number as the nodes hold it: an int of 64 bits, or else a float."""
    return float(value) if isinstance(value, int) and not -(2**63) <= value < 2**63 else value


def number_of(value):
    """The number that a message is about, or None."""
    if isinstance(value, dict):
        value = value.get("value")
    return value if is_number(value) else None


def text_of(value):
    if isinstance(value, dict):
        value = value.get("text")
    return value if isinstance(value, str) else None


def case(node, make, options, stream):
    """Runs `make(**options)` over a stream of (time, value).

    What `make` returns is a pair of functions: one from a message to the values that it gives, one that gives what is left
    at the end. Both give (time, value) pairs.
    """
    each, flush = make(**options)
    out, fail = [], None
    try:
        for time, value in stream:
            for pair in each(time, value):
                out.append(pair)
        out.extend(flush())
    except Fail as failure:
        fail = [failure.kind, time]
    result = {"node": node, "options": options, "in": [list(m) for m in stream], "out": [list(m) for m in out]}
    return result | ({"fail": fail} if fail else {})


def stateless(change):
    """A node that gives for each message the values of `change(value)`."""
    return (lambda time, value: ((time, out) for out in change(value))), list


def timed(values, step=10):
    return [(i * step, value) for i, value in enumerate(values)]
