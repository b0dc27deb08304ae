"""What runs inside an interpreter beside a Python node: loads its source, makes the instance, and drives `process`.

CPython and RustPython execute this file once, as the module `remotemedia_driver`. The host calls `start` for each node, then
`process` with every message. A result that it cannot convert (a generator, a coroutine) it hands to `outputs`, which iterates
over what is to be sent. So a plain method costs nothing but its own call.
"""

import importlib.util
import linecache
import logging
import os
import re
import sys
import types

# `asyncio` takes longer to load than all else that is here, and is loaded where a node needs it.

# Standard output may be where the pipeline writes.
sys.stdout = sys.stderr


def use_virtual_environment():
    """An embedded interpreter does not look at `VIRTUAL_ENV`: its packages go in front of the interpreter's own."""
    folder = os.environ.get("VIRTUAL_ENV")
    if not folder or sys.implementation.name != "cpython":
        return
    version = "python%d.%d" % sys.version_info[:2]
    packages = os.path.join(folder, "lib", version, "site-packages")
    if not os.path.isdir(packages):
        raise ImportError("the environment `%s` (VIRTUAL_ENV) is not for %s, which this program runs" % (folder, version))
    if packages in sys.path:
        return
    import site

    before = list(sys.path)
    site.addsitedir(packages)
    added = [entry for entry in sys.path if entry not in before]
    at = next((i for i, entry in enumerate(before) if "-packages" in entry), len(before))
    sys.path[:] = before[:at] + added + before[at:]
    sys.prefix = folder


class Done:
    """What `initialize()` of the base class gives: it may be awaited, and need not be."""

    def __await__(self):
        return iter(())


class Node:
    """The base class of nodes, as far as they need it inside a program."""

    is_streaming = False

    def __init__(self, name=None, **config):
        self.name = name or type(self).__name__
        self.config = config
        self.logger = logging.getLogger(type(self).__name__)

    def initialize(self):
        return Done()

    def process(self, data):
        raise NotImplementedError("%s has no process()" % type(self).__name__)

    def cleanup(self):
        return Done()


def provide_package():
    """`from remotemedia import Node` works without the package."""
    if "remotemedia" in sys.modules or importlib.util.find_spec("remotemedia") is not None:
        return

    def module(name, **content):
        made = types.ModuleType(name, "Of the program that runs this node.")
        made.__path__ = []
        made.__dict__.update(content)
        sys.modules[name] = made
        return made

    node = module("remotemedia.core.node", Node=Node)
    error = type("RemoteMediaError", (Exception,), {})
    errors = {name: type(name, (error,), {}) for name in ("NodeError", "ConfigurationError")}
    exceptions = module("remotemedia.core.exceptions", RemoteMediaError=error, **errors)
    core = module("remotemedia.core", Node=Node, node=node, exceptions=exceptions)
    module("remotemedia", Node=Node, core=core)


# The sandbox has no sockets, and an event loop there waits for time alone.
has_sockets = sys.platform != "wasi"


def new_loop():
    """An event loop."""
    import asyncio

    if has_sockets:
        return asyncio.new_event_loop()
    import time

    class Clock:
        def select(self, timeout):
            if timeout:
                time.sleep(timeout)
            return []

    class Loop(asyncio.BaseEventLoop):
        def __init__(self):
            super().__init__()
            self._selector = Clock()

        def _process_events(self, events):
            pass

        def _write_to_self(self):
            pass

    return Loop()


# Requirements.


def version_key(text):
    """A version for comparison: its numbers, then less for a pre-release than for the release."""
    text = text.strip().lower().lstrip("v").split("+")[0]
    numbers = re.match(r"(?:\d+!)?(\d+(?:\.\d+)*)", text)
    if not numbers:
        return ((), 0, 0)
    release = [int(n) for n in numbers.group(1).split(".")]
    while release and release[-1] == 0:
        release.pop()
    rest = re.match(r"[._-]?(dev|a|b|c|rc|alpha|beta|pre|post)[._-]?(\d*)", text[numbers.end() :])
    order = {"dev": -4, "a": -3, "alpha": -3, "b": -2, "beta": -2, "post": 1}
    kind = order.get(rest.group(1), -1) if rest else 0
    return (tuple(release), kind, int(rest.group(2) or 0) if rest else 0)


def satisfies(installed, operator, wanted):
    """True if `installed` is `operator` `wanted`."""
    if wanted.endswith(".*"):
        parts = wanted[:-2].split(".")
        same = installed.split(".")[: len(parts)] == parts
        return same if operator == "==" else not same
    have, want = version_key(installed), version_key(wanted)
    if operator == "~=":
        prefix = [int(n) for n in re.findall(r"\d+", wanted)][:-1]
        return have >= want and [int(n) for n in re.findall(r"\d+", installed)][: len(prefix)] == prefix
    return {
        "==": have == want,
        "===": installed == wanted,
        "!=": have != want,
        ">=": have >= want,
        "<=": have <= want,
        ">": have > want,
        "<": have < want,
    }[operator]


def check_requirements(requirements):
    """Raises an `ImportError` that names every package which is missing or has another version."""
    if not requirements:
        return
    import importlib.metadata

    missing = []
    for requirement in requirements:
        text, _, marker = requirement.partition(";")
        if marker.strip():
            continue  # For some machines only: whoever installed the packages has decided it.
        name, specifiers = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)", text, re.S).groups()
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append("`%s` (not installed)" % text.strip())
            continue
        found = re.findall(r"(===|==|!=|>=|<=|~=|>|<)\s*([^\s,()]+)", "" if specifiers.startswith("@") else specifiers)
        if not all(satisfies(installed, operator, wanted) for operator, wanted in found):
            missing.append("`%s` (%s is installed)" % (text.strip(), installed))
    if missing:
        raise ImportError("Python packages are missing: %s; Python is %s" % (", ".join(missing), sys.prefix))


# Logging.


class Lines(logging.Handler):
    """Hands every record to the host, which knows which node is at work."""

    def __init__(self, write):
        super().__init__()
        self.write = write

    def emit(self, record):
        try:
            text = record.getMessage()
            if record.exc_info:
                text += "\n" + logging.Formatter().formatException(record.exc_info)
            self.write(record.levelname.lower(), text)
        except Exception:
            self.handleError(record)


def set_up(write):
    """Once per interpreter: `write(level, message)` takes what nodes log."""
    use_virtual_environment()
    provide_package()
    logging.getLogger().addHandler(Lines(write))


# Nodes.


def load(source, file):
    """The module of a node's source; tracebacks show the lines of it."""
    stem = os.path.splitext(os.path.basename(file))[0] or "node"
    name, number = stem, 1
    while name in sys.modules:
        number += 1
        name = "%s_%d" % (stem, number)
    module = types.ModuleType(name)
    module.__file__ = file
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    # Dataclasses look their module up.
    sys.modules[name] = module
    exec(compile(source, file, "exec"), module.__dict__)
    return module


def never_waits(function):
    """True if a coroutine or asynchronous generator of this function has nothing to wait for: no event loop need run."""
    import dis

    def waits(code):
        names = {"GET_AWAITABLE", "GET_ANEXT", "BEFORE_ASYNC_WITH"}
        return any(instruction.opname in names for instruction in dis.get_instructions(code))

    try:
        # An interpreter with other instructions shows itself in a function that does wait.
        return waits(whole.__code__) and not waits(function.__code__)
    except Exception:
        return False


def asynchronous(function):
    """Whether calling it gives a coroutine or an asynchronous generator, and whether the latter."""
    flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
    coroutine, asynchronous_generator = 0x80, 0x200
    is_generator = bool(flags & asynchronous_generator)
    return is_generator or bool(flags & coroutine), is_generator


class Running:
    """A node at work, with an event loop of its own."""

    def __init__(self, node, streaming):
        self.node = node
        self.own_loop = None
        self.closed = False
        function = getattr(type(node), "process", None)
        is_asynchronous, is_generator = asynchronous(function)
        self.set_running_loop = None
        self.at_once = is_asynchronous and never_waits(function)
        streaming = streaming or getattr(node, "is_streaming", False)
        self.stream = Stream(self) if streaming and is_generator else None
        self.process = self.stream.feed if self.stream else node.process

    @property
    def loop(self):
        if self.own_loop is None:
            import asyncio

            self.own_loop = new_loop()
            self.set_running_loop = asyncio._set_running_loop
        return self.own_loop

    def wait(self, awaitable, at_once=False):
        """The result of a coroutine."""
        if not at_once:
            return self.loop.run_until_complete(whole(awaitable))
        loop, set_running_loop = self.loop, self.set_running_loop
        set_running_loop(loop)
        try:
            awaitable.send(None)
        except StopIteration as end:
            return end.value
        finally:
            set_running_loop(None)
        raise RuntimeError("a coroutine waits that has nothing to wait for")

    def outputs(self, result, at_once=None):
        """What `process` or `flush` gave, one by one."""
        at_once = self.at_once if at_once is None else at_once
        if hasattr(result, "__await__"):
            result = self.wait(result, at_once)
            at_once = False
        if isinstance(result, types.GeneratorType):
            yield from result
        elif hasattr(result, "__anext__"):
            while True:
                try:
                    output = self.wait(result.__anext__(), at_once)
                except StopAsyncIteration:
                    return
                yield output
        elif hasattr(result, "__next__"):
            yield from result
        else:
            yield result

    def call(self, name):
        """A method without parameters, where the node has it."""
        method = getattr(self.node, name, None)
        result = method() if callable(method) else None
        if hasattr(result, "__await__") and not isinstance(result, Done):
            self.wait(result)

    def finish(self):
        """All inputs have ended: the rest of a stream, `flush()`, then `cleanup()`, whose result is nothing to send."""
        try:
            if self.stream:
                yield from self.stream.end()
            flush = getattr(self.node, "flush", None)
            if callable(flush):
                yield from self.outputs(flush(), False)
        finally:
            self.close()

    def close(self):
        """`cleanup()`, once, and the end of the loop."""
        if self.closed:
            return
        self.closed = True
        try:
            self.call("cleanup")
        finally:
            if self.own_loop is not None:
                self.close_loop(self.own_loop)

    def close_loop(self, loop):
        import asyncio

        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def whole(awaitable):
    return await awaitable


# How often the loop turns after a task has asked for a message that is not there yet: enough to pass one on through a few
# queues. What `process` yields later than that comes out with the next message or at the end.
TURNS = 16


class Stream:
    """`process` of a node that takes the whole stream: it runs until it asks for a message that is not there yet."""

    def __init__(self, running):
        self.running = running
        self.waiting = []
        self.ended = False
        self.more = None
        self.turn = None
        # The asynchronous generator that `process` gave, and its next output on the way.
        self.steps = None
        self.step = None
        self.returned = False

    async def messages(self):
        """What `process` iterates over."""
        while True:
            if self.waiting:
                yield self.waiting.pop(0)
            elif self.ended:
                return
            else:
                self.more = self.running.loop.create_future()
                self.want()
                await self.more

    def want(self):
        """A message is wanted. If not by `process` itself but by a task that it has started, `process` may go on with what it has."""
        import asyncio

        if asyncio.current_task() is self.step:
            self.pause()
        else:
            self.grace(TURNS)

    def grace(self, turns):
        if turns == 0:
            self.pause()
        else:
            self.running.loop.call_soon(self.grace, turns - 1)

    def pause(self, _task=None):
        """The host's turn: an output is there, or a message is wanted."""
        if self.turn is not None and not self.turn.done():
            self.turn.set_result(None)

    def feed(self, message):
        self.waiting.append(message)
        return self.run()

    def end(self):
        self.ended = True
        return self.run()

    def run(self):
        """Yields outputs until a message is wanted or `process` returns."""
        loop = self.running.loop
        if self.steps is None:
            self.steps = self.running.node.process(self.messages())
        if self.more is not None and not self.more.done():
            self.more.set_result(None)
        self.more = None
        # Once it has returned, what still arrives is not wanted.
        while not self.returned:
            if self.step is None:
                self.step = loop.create_task(whole(self.steps.__anext__()))
                self.step.add_done_callback(self.pause)
            if not self.step.done():
                self.turn = loop.create_future()
                loop.run_until_complete(self.turn)
            if not self.step.done():
                return
            step, self.step = self.step, None
            try:
                output = step.result()
            except StopAsyncIteration:
                self.returned = True
                return
            yield output


def start(source, file, class_name, params, requirements, streaming):
    """Makes a node and calls its `initialize()`."""
    check_requirements(requirements)
    module = load(source, file)
    made = getattr(module, class_name, None)
    if not isinstance(made, type):
        raise AttributeError("`%s` has no class `%s`" % (file, class_name))
    if not callable(getattr(made, "process", None)):
        raise AttributeError("the class `%s` has no method `process`" % class_name)
    node = made(**params)
    logger = getattr(node, "logger", None)
    if isinstance(logger, logging.Logger) and logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    running = Running(node, streaming)
    running.call("initialize")
    return running
