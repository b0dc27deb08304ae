"""Nodes that calculate, filter, expand and gather."""

import json
import random

from message_case import Fail, case, fit, is_number, number_of, stateless, text_of, timed


def finite(result, *operands):
    if isinstance(result, float) and result in (float("inf"), float("-inf")):
        raise Fail("overflow")
    return fit(result)


def divide(a, b):
    if b == 0:
        raise Fail("division_by_zero")
    if isinstance(a, int) and isinstance(b, int) and a % b == 0:
        return a // b
    return float(a) / float(b)


def modulo(a, b):
    if b == 0:
        raise Fail("division_by_zero")
    return a % b


def power(a, b):
    if a == 0 and b < 0:
        raise Fail("division_by_zero")
    if isinstance(a, int) and isinstance(b, int):
        if b >= 0 and abs(a) > 1 and b > 64:
            pass
        elif b >= 0 and -(2**63) <= a**b < 2**63:
            return a**b
        elif a in (1, -1):
            return a ** (b % 2)
    if a < 0 and not float(b).is_integer():
        raise Fail("not_real")
    try:
        return float(a) ** float(b)
    except OverflowError:
        raise Fail("overflow") from None


OPERATIONS = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": divide,
    "power": power,
    "modulo": modulo,
}


def apply(operation, a, b):
    if operation not in OPERATIONS:
        raise Fail("unknown_operation")
    try:
        return finite(OPERATIONS[operation](a, b))
    except OverflowError:
        raise Fail("overflow") from None


def option(x):
    """A whole option counts as a whole number."""
    return int(x) if x.is_integer() and abs(x) <= 2**53 else x


def each_number(value, change):
    if is_number(value):
        return change(value)
    if isinstance(value, list):
        return [each_number(v, change) for v in value]
    if isinstance(value, dict) and "value" in value:
        return value | {"value": each_number(value["value"], change)}
    raise Fail("bad_message")


def multiply(factor):
    return stateless(lambda value: [each_number(value, lambda n: apply("multiply", n, option(factor)))])


def add(addend):
    return stateless(lambda value: [each_number(value, lambda n: apply("add", n, option(addend)))])


def calculator(operation, operand):
    def change(value):
        operands = value.get("operands", value.get("args")) if isinstance(value, dict) else None
        if operands is None:
            if not operation:
                raise Fail("bad_message")
            return [each_number(value, lambda n: apply(operation, n, option(operand)))]
        name = value.get("operation", operation)
        if not isinstance(operands, list) or len(operands) != 2 or not all(map(is_number, operands)):
            raise Fail("bad_message")
        if not isinstance(name, str) or not name:
            raise Fail("bad_message")
        return [{"result": apply(name, *operands), "operation": name, "operands": operands}]

    return stateless(change)


def filter_(min_value, max_value, field):
    def change(value):
        if field:
            number = value.get(field) if isinstance(value, dict) else None
        else:
            number = number_of(value)
        return [value] if is_number(number) and min_value <= number <= max_value else []

    return stateless(change)


def expander(expansion_factor):
    def one(value, i):
        if is_number(value):
            return fit(value + i)
        if isinstance(value, str):
            return f"{value}_{i}"
        if isinstance(value, dict):
            number = value.get("value")
            return value | {"index": i} | ({"value": fit(number + i)} if is_number(number) else {})
        return {"value": value, "index": i}

    return stateless(lambda value: [one(value, i) for i in range(expansion_factor)])


def conditional():
    def change(value):
        number = number_of(value)
        count = 0 if number is None else min(int(abs(number)), 10)
        return [{"original": number, "index": i, "count": count} for i in range(count)]

    return stateless(change)


def chain(emit_intermediates):
    def change(value):
        number = number_of(value)
        if number is None:
            raise Fail("bad_message")
        doubled = apply("multiply", number, 2)
        raised = apply("add", doubled, 10)
        squared = apply("multiply", raised, raised)
        stages = [{"stage": 1, "value": doubled}, {"stage": 2, "value": raised}]
        return (stages if emit_intermediates else []) + [{"stage": 3, "value": squared, "final": True}]

    return stateless(change)


def range_(max_items):
    def whole(value):
        if not is_number(value) or value != int(value) or not -(2**63) <= value < 2**63:
            raise Fail("bad_message")
        return int(value)

    def change(value):
        bounds = value if isinstance(value, dict) else {"end": value}
        start, end, step = (whole(bounds.get(k, d)) for k, d in (("start", 0), ("end", 10), ("step", 1)))
        if step == 0:
            raise Fail("bad_message")
        steps = range(start, end, step)
        if len(steps) > max_items:
            raise Fail("too_many")
        return [{"value": i} for i in steps]

    return stateless(change)


def transform(transforms):
    known = {"upper": str.upper, "lower": str.lower, "reverse": lambda s: s[::-1], "double": lambda s: s * 2}

    def change(value):
        text = text_of(value)
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False) if text is None else text
        for name in transforms:
            if name not in known:
                raise Fail("unknown_operation")
            yield {"text": known[name](text), "transform": name}

    return stateless(change)


def counter(initial_count):
    count = initial_count

    def each(time, value):
        nonlocal count
        count += 1
        yield time, {"count": count, "input": value}

    return each, list


def batcher(batch_size):
    held, last = [], 0

    def each(time, value):
        nonlocal last
        held.append(value)
        last = time
        if len(held) == batch_size:
            yield time, list(held)
            held.clear()

    return each, lambda: [(last, list(held))] if held else []


ODD = [None, True, "text", "", [], {}, {"value": "x"}, {"value": None}, [1, "x"], {"a": 1}, False]
NUMBERS = [0, 1, -1, 3, 7, -7, 10, 0.5, -2.5, 1e10, 1e-10, 2**31, -(2**31), 2**53, 2**53 + 1, 2**62, 2**63 - 1, -(2**63)]
NUMBERS += [3.0, 1e300, -1e300, 5e-324, 1.7976931348623157e308, 0.1, 0.2, 123456789.123]


def shapes(numbers):
    yield from numbers
    yield {"value": numbers[0], "unit": "ms", "nested": {"value": 1}}
    yield [*numbers[:5]]
    yield {"id": 1, "value": [*numbers[:3], [*numbers[3:5]]]}
    yield []


def cases():
    for factor in [2.0, 0.5, -3.0, 0.0, 1e9, 1e200]:
        yield case("arithmetic::Multiply", multiply, {"factor": factor}, timed(list(shapes(NUMBERS[:16]))))
        yield case("arithmetic::Add", add, {"addend": factor}, timed(list(shapes(NUMBERS[:16]))))
    for odd in ODD + [1e300]:
        yield case("arithmetic::Multiply", multiply, {"factor": 1e100}, timed([1, odd, 2]))
        yield case("arithmetic::Add", add, {"addend": 1.0}, timed([1, odd, 2]))
        yield case("chain::ChainedTransform", chain, {"emit_intermediates": True}, timed([1, odd, 2]))
        yield case("calculator::Calculator", calculator, {"operation": "", "operand": 0.0}, timed([odd]))
        yield case("range::RangeGenerator", range_, {"max_items": 1000}, timed([2, odd, {"end": odd}]))

    plain = {"operation": "", "operand": 0.0}
    for operation in OPERATIONS:
        pairs = []
        for a in NUMBERS:
            for b in [*random.sample(NUMBERS, 3), random.choice([0, 0.0])]:
                if operation == "power" and isinstance(b, float) and not b.is_integer() and b not in (0.5, -2.5):
                    continue  # the platform's pow need not be the library's, bit for bit
                if operation == "power" and (abs(b) > 40 or abs(a) in (0.1, 0.2, 123456789.123, 1e10, 1e-10)):
                    continue
                pairs.append({"operation": operation, "operands": [a, b]})
        # Those that fail each need a run of their own.
        each = [case("calculator::Calculator", calculator, plain, [(1, message)]) for message in pairs]
        right = [message for message, one in zip(pairs, each) if "fail" not in one]
        yield case("calculator::Calculator", calculator, plain, timed(right))
        yield from [one for one in each if "fail" in one][::3]
        options = {"operation": operation, "operand": 3.0}
        yield case("calculator::Calculator", calculator, options, timed([1, 5, -7, 2.5, [4, -4.5], {"value": 9, "k": 0}]))
        yield case("calculator::Calculator", calculator, options, timed([{"args": [7, 2]}, {"operands": [7, -2]}]))
    for message in [
        {"operation": "add", "operands": [1]},
        {"operation": "add", "operands": [1, 2, 3]},
        {"operation": "add", "operands": [1, "2"]},
        {"operation": "add", "operands": "12"},
        {"operation": "root", "operands": [1, 2]},
        {"operation": 5, "operands": [1, 2]},
        {"operands": [1, 2]},
        {"operation": "add"},
    ]:
        yield case("calculator::Calculator", calculator, {"operation": "", "operand": 0.0}, timed([message]))

    pool = ODD + NUMBERS[:12] + [{"value": n} for n in NUMBERS[4:]] + [{"level": n, "value": 1} for n in NUMBERS[:9]]
    for low, high, field in [(0.0, 1e308, ""), (-1.0, 3.0, ""), (1.0, 5.0, "level"), (5.0, 1.0, "")]:
        options = {"min_value": low, "max_value": high, "field": field}
        yield case("filter::Filter", filter_, options, timed(pool))
    for factor in [0, 2]:
        yield case("expander::Expander", expander, {"expansion_factor": factor}, timed(pool))
    yield case("expander::Expander", expander, {"expansion_factor": 2}, timed([{"index": "old", "value": 5, "z": 1}]))
    yield case("expander::ConditionalExpander", conditional, {}, timed([n for n in pool if n != {}]))
    for emit in [True, False]:
        yield case("chain::ChainedTransform", chain, {"emit_intermediates": emit}, timed([1, 2.5, {"value": -5}, 2**40]))
    for message in [0, 5, -3, 2.0, 2.5, {}, {"start": 3}, {"start": 3, "end": -7, "step": -3}, {"start": 1, "step": 4},
                    {"step": 0}, {"end": 1001}, {"end": 1000}, {"start": -(2**63), "end": 2**63 - 1, "step": 2**62},
                    {"start": "1"}, {"end": 3.0, "step": 0.5}, 1e300]:
        yield case("range::RangeGenerator", range_, {"max_items": 1000}, [(4, message)])
    texts = ["Hello, Wörld", "", 5, 5.5, None, [1, {"a": "é"}], {"text": "abc"}, {"text": 1}, "straße"]
    yield case("transform::TransformAndExpand", transform, {"transforms": ["upper", "lower", "reverse", "double"]}, timed(texts))
    yield case("transform::TransformAndExpand", transform, {"transforms": ["lower", "shout"]}, timed(["A"]))
    yield case("transform::TransformAndExpand", transform, {"transforms": []}, timed(["A"]))
    yield case("counter::Counter", counter, {"initial_count": 0}, timed(pool[:12]))
    yield case("counter::Counter", counter, {"initial_count": -2}, timed([1, 2, 3]))
    for size in [1, 3, 100]:
        yield case("batcher::Batcher", batcher, {"batch_size": size}, timed(pool[:32]))
        yield case("batcher::Batcher", batcher, {"batch_size": size}, [])
