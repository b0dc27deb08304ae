"""Runs the nodes of `corpus/` under CPython and writes what they give to `expected/`: what compiled nodes are compared with.

`reference.py` writes, `reference.py --check` compares and exits 1 on a difference, `--only NAME` takes one node. Needs CPython 3.11
with NumPy 2.4. `README.md` states the conventions, `signals.py` the input signals.
"""

import argparse
import asyncio
import dataclasses
import importlib.util
import inspect
import json
import logging
import math
import sys
import traceback
import warnings
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "stub"))
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

import signals  # noqa: E402 (the path is set above)


def plain(value):
    """A value as JSON writes it: NumPy's numbers and arrays, tuples and records as numbers, lists and objects."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key(k): plain(item) for k, item in value.items()}
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"a node gave a {type(value).__name__}")


def key(value):
    """A key of a dict as JSON's `json.dumps` writes it."""
    return value if isinstance(value, str) else json.dumps(plain(value))


class Sink:
    """Takes the outputs of a node: audio is gathered, everything else becomes a line."""

    def __init__(self):
        self.lines = []
        self.rate = None
        self.audio = []

    def put(self, value):
        """One output; `None` is none."""
        if value is None:
            return
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], np.ndarray):
            samples, rate = value
            self.rate = int(rate)
            self.audio.append(np.atleast_2d(samples).astype(np.float32))
        else:
            self.lines.append({"value": plain(value)})

    def result(self):
        """The lines, the audio last."""
        if not self.audio:
            return self.lines
        together = np.concatenate(self.audio, axis=1)
        samples = [plain(x) for x in together.T.reshape(-1)]
        return self.lines + [{"audio": {"rate": self.rate, "channels": together.shape[0], "samples": samples}}]


class Runner:
    """One instance of a node, whose methods may be plain, `async`, generators or `async` generators."""

    def __init__(self, loop, cls, params):
        self.loop = loop
        self.node = cls(**params)
        self.call("initialize")

    def call(self, method, *args, out=lambda value: None):
        """Calls a method where there is one and hands on each of its outputs as it comes."""
        function = getattr(self.node, method, None)
        if function is None:
            return
        result = function(*args)
        if inspect.isawaitable(result):
            result = self.loop.run_until_complete(result)
        if inspect.isasyncgen(result):
            while True:
                try:
                    value = self.loop.run_until_complete(anext(result))
                except StopAsyncIteration:
                    return
                out(value)
        elif inspect.isgenerator(result):
            for value in result:
                out(value)
        else:
            out(result)


async def stream(items):
    """All inputs of a streaming node."""
    for item in items:
        yield item


def load(path):
    """The module of a node."""
    spec = importlib.util.spec_from_file_location(f"corpus_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def process(runner, items, sink):
    """Everything that arrives at a node of messages or chunks, and the end of it."""
    try:
        if getattr(runner.node, "is_streaming", False):
            runner.call("process", stream(items), out=sink.put)
        else:
            for item in items:
                runner.call("process", item, out=sink.put)
        runner.call("flush", out=sink.put)
    finally:
        runner.call("cleanup")


def process_samples(runners, samples, rate, sink):
    """One instance per channel; a frame counts once all its channels are there."""
    frames = []
    try:
        for frame in samples.T:
            row = []
            for runner, sample in zip(runners, frame):
                runner.call("process", float(sample), out=row.append)
            if len(row) != len(runners) or None in row:
                raise AssertionError("a sample node gives one sample per sample")
            frames.append([np.float32(x) for x in row])
    finally:
        if frames:
            sink.put((np.array(frames, dtype=np.float32).T, rate))
        for runner in runners:
            runner.call("cleanup")


def run(path, case, load=load):
    """The lines that a node gives; `load` makes a module of the path."""
    loop = asyncio.new_event_loop()
    sink = Sink()
    failure = []
    try:
        cls = getattr(load(path), case["class"])
        if case["input"] in ("json", "text"):
            messages = json.loads(json.dumps(case["messages"]))
            process(Runner(loop, cls, case["params"]), messages, sink)
        else:
            audio = {k: v for k, v in case["audio"].items() if k != "chunk"}
            samples = signals.generate(**audio)
            rate = audio["rate"]
            if case["input"] == "sample":
                runners = [Runner(loop, cls, case["params"]) for _ in samples]
                process_samples(runners, samples, rate, sink)
            else:
                size = case["audio"]["chunk"]
                starts = range(0, samples.shape[1], size)
                chunks = [(samples[:, i : i + size].copy(), rate) for i in starts]
                process(Runner(loop, cls, case["params"]), chunks, sink)
    except Exception as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
        if not frames:
            raise
        failure = [{"error": {"type": type(error).__name__, "message": str(error), "line": frames[-1].lineno}}]
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
    return sink.result() + failure


def close(a, b, tolerance):
    """Whether two results are the same, numbers up to a relative error; types always count."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(close(a[k], b[k], tolerance) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(close(x, y, tolerance) for x, y in zip(a, b))
    if isinstance(a, float):
        return a == b or abs(a - b) <= tolerance * max(abs(a), abs(b), 1.0)
    return a == b


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with what is there instead of writing it")
    parser.add_argument("--only", metavar="NAME", help="one node")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.getLogger("remotemedia").addHandler(logging.NullHandler())
    logging.getLogger("remotemedia").propagate = False

    paths = sorted((HERE / "corpus").glob("*.py"))
    if options.only:
        paths = [path for path in paths if path.stem == options.only]
        if not paths:
            sys.exit(f"no node is called {options.only}")
    different = []
    for path in paths:
        case = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        lines = run(path, case)
        text = "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)
        expected = HERE / "expected" / f"{path.stem}.jsonl"
        if not options.check:
            expected.write_text(text, encoding="utf-8")
            continue
        known = expected.read_text(encoding="utf-8") if expected.exists() else ""
        if text != known:
            old = [json.loads(line) for line in known.splitlines()]
            new = [json.loads(line) for line in text.splitlines()]
            if not close(old, new, case.get("tolerance", 0.0)):
                different.append(path.stem)
                print(f"{path.stem}: not as expected")
    if options.check and not options.only:
        stale = {p.stem for p in (HERE / "expected").glob("*.jsonl")} - {p.stem for p in paths}
        for name in sorted(stale):
            different.append(name)
            print(f"{name}: expected without a node")
    print(f"{len(paths)} nodes, {len(different)} different" if options.check else f"{len(paths)} nodes written")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
