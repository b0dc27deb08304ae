"""What CPython makes of programs that come on standard input, a request a line; an answer a line on standard output.

A request: {"source": "...", "case": {...}, "narrow": false}, the case as `README.md` states it. An answer: {"lines": [...]} as
`reference.py` writes them, or {"none": "why"} where there is nothing to compare with: it takes too long, or gives what is no message.
With "narrow" each operation and call that gives a whole number beyond 64 bits raises an OverflowError, as compiled code does.
"""

import ast
import contextlib
import json
import logging
import resource
import signal
import sys
import types
import warnings

import reference

SECONDS = 2.0
BYTES = 4 << 30


class TooLong(BaseException):
    """The program has had its time."""


def interrupt(signum, frame):
    raise TooLong


class Counted(reference.Sink):
    """Knows how many messages it has."""

    last = None

    def __init__(self):
        super().__init__()
        Counted.last = self


# The line of the first whole number beyond 64 bits, and how many messages had been sent: a program may catch what comes of it, which
# compiled code does not.
beyond = []


def narrow(value):
    """The value, if it is no whole number beyond 64 bits."""
    if type(value) is int and not -(2**63) <= value < 2**63:
        if not beyond:
            beyond.extend((sys._getframe(1).f_lineno, len(Counted.last.lines) if Counted.last else 0))
        raise OverflowError("a whole number is beyond 64 bits")
    return value


def stopped(lines, case):
    """The lines up to where a whole number left 64 bits; none where they are samples."""
    if not beyond:
        return lines
    line, count = beyond
    error = {"error": {"type": "OverflowError", "message": "a whole number is beyond 64 bits", "line": line}}
    if case["input"] in ("json", "text"):
        return [*lines[:count], error]
    if lines[-1] != error:
        raise ValueError("a whole number beyond 64 bits is caught")
    return lines


class Narrow(ast.NodeTransformer):
    """Puts what an operation or a call gives, and what `op=` leaves, through `narrow`."""

    def checked(self, node):
        self.generic_visit(node)
        call = ast.Call(ast.Name("__narrow__", ast.Load()), [node], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))

    visit_BinOp = visit_UnaryOp = visit_Call = checked

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        left = ast.parse(ast.unparse(node.target), mode="eval").body
        for part in ast.walk(left):
            ast.copy_location(part, node)
        call = ast.Call(ast.Name("__narrow__", ast.Load()), [left], [])
        after = ast.copy_location(ast.Expr(call), node)
        return [node, ast.fix_missing_locations(after)]

    def visit_MatchValue(self, node):
        return node


def answer(request):
    """The answer to a request."""
    name = "program.py"

    def load(path):
        tree = ast.parse(request["source"], path)
        if request.get("narrow"):
            tree = Narrow().visit(tree)
        module = types.ModuleType("program")
        module.__narrow__ = narrow
        sys.modules["program"] = module
        exec(compile(tree, path, "exec"), module.__dict__)
        return module

    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        # What it prints is no answer.
        beyond.clear()
        with contextlib.redirect_stdout(sys.stderr):
            lines = reference.run(name, request["case"], load)
        return json.dumps({"lines": stopped(lines, request["case"])}, allow_nan=False)
    except (TooLong, MemoryError):
        return json.dumps({"none": "it takes too long"})
    except Exception as error:
        return json.dumps({"none": f"{type(error).__name__}: {error}"})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main():
    reference.Sink = Counted
    warnings.simplefilter("ignore")
    logging.disable()
    signal.signal(signal.SIGALRM, interrupt)
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    for line in sys.stdin:
        print(answer(json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
