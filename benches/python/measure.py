#!/usr/bin/env python3
"""What compiling Python nodes buys: each as a program, against CPython, Numba, NumPy and Rust by hand.

    measure.py REMOTEMEDIA [--rounds N] [--seconds N] [--interpreters cpython,rustpython]

REMOTEMEDIA is the command. `--interpreters` also has the same nodes run by these inside of programs (the first build of RustPython takes minutes).
Needs NumPy and Numba (`make bench` installs them). All contenders run in turn in every
round; the table has the medians in nanoseconds a frame and their ratios to the first line. Programs are measured by `--metrics`: the node
alone, without reading and writing.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import numba
import numpy as np

HERE = pathlib.Path(__file__).parent
RATE, CHUNK = 48000, 1024
# Stereo, 5.1 and 7.1.
MANY = [2, 6, 8]


def load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name.capitalize())


def program(command, scratch, name, *flags, channels=1, runtime="auto"):
    manifest = json.loads((HERE / f"{name}.json").read_text())
    source, node = (node["params"] for node in manifest["nodes"])
    source["channels"] = channels
    node["path"] = str(HERE / node["path"])
    path = scratch / f"{name}.json"
    path.write_text(json.dumps(manifest))
    binary = scratch / "-".join([name, str(channels), runtime, *flags])
    environment = os.environ | {"REMOTEMEDIA_PYTHON_RUNTIME": runtime}
    subprocess.run([command, "compile", path, "-o", binary, *flags], check=True, env=environment)
    source = scratch / f"{channels}.wav"

    def run():
        metrics = scratch / "metrics.json"
        files = ["-i", source, "-o", scratch / "out.wav", "--metrics", metrics]
        subprocess.run([binary, *files], check=True)
        regions = json.loads(metrics.read_text())["regions"]
        return sum(r["seconds"] for r in regions) * 1e9 / frames(scratch)

    return run


def frames(scratch):
    return (scratch / "in.f32").stat().st_size // 4


def wav(samples, channels=1):
    data = samples.tobytes()
    head = np.array([36 + len(data)], "<u4").tobytes()
    form = np.array([3, channels], "<u2").tobytes()
    form += np.array([RATE, 4 * channels * RATE], "<u4").tobytes() + np.array([4 * channels, 32], "<u2").tobytes()
    size = np.array([len(data)], "<u4").tobytes()
    return b"RIFF" + head + b"WAVEfmt \x10\0\0\0" + form + b"data" + size + data


def timed(function, count):
    start = time.perf_counter_ns()
    function()
    return (time.perf_counter_ns() - start) / count


@numba.njit
def follow(samples, out, attack, release, env):
    for i in range(samples.size):
        x = abs(samples[i])
        if x > env:
            env += attack * (x - env)
        else:
            env += release * (x - env)
        out[i] = env
    return env


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--interpreters", default="")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        samples = np.random.default_rng(1).uniform(-1, 1, RATE * args.seconds).astype(np.float32)
        (scratch / "in.f32").write_bytes(samples.tobytes())
        for channels in [1, *MANY]:
            (scratch / f"{channels}.wav").write_bytes(wav(np.repeat(samples, channels), channels))
        chunks = [samples[i : i + CHUNK] for i in range(0, samples.size, CHUNK)]
        subprocess.run(["rustc", "-O", "-o", scratch / "by-hand", HERE / "follower.rs"], check=True)
        few = samples[: RATE * 2].tolist()

        def by_hand():
            return float(subprocess.run([scratch / "by-hand", scratch / "in.f32"], check=True, capture_output=True).stdout)

        def cpython():
            node = load("follower")()
            return timed(lambda: [node.process(x) for x in few], len(few))

        out = np.zeros(CHUNK, np.float32)

        def numba_loop():
            def run():
                env = 0.0
                for chunk in chunks:
                    env = follow(chunk, out[: chunk.size], 0.5, 0.01, env)

            return timed(run, samples.size)

        def by_chunks(name, chunks=chunks):
            def run():
                node = load(name)()
                return timed(lambda: [node.process((chunk.reshape(1, -1), RATE)) for chunk in chunks], sum(map(len, chunks)))

            return run

        def each(channels, run):
            return lambda: sum(run() for _ in range(channels))

        def hosted(name):
            # RustPython has no NumPy.
            able = ["cpython"] if name != "follower" else ["cpython", "rustpython"]
            runtimes = [runtime for runtime in args.interpreters.split(",") if runtime in able]
            return {f"{r} in a program": program(args.command, scratch, name, runtime=r) for r in runtimes}

        numba_loop()
        tables = {
            "follower.py, sample by sample": {
                "Rust by hand": by_hand,
                "compiled": program(args.command, scratch, "follower"),
                "compiled, --cpu native": program(args.command, scratch, "follower", "--cpu", "native"),
                "Numba": numba_loop,
                "CPython": cpython,
                **hosted("follower"),
            },
            **{
                f"follower.py, {channels} channels, one after the other but in lanes where compiled": {
                    "Rust by hand": each(channels, by_hand),
                    "compiled": program(args.command, scratch, "follower", channels=channels),
                    "compiled, --cpu native": program(args.command, scratch, "follower", "--cpu", "native", channels=channels),
                    "Numba": each(channels, numba_loop),
                    "CPython": each(channels, cpython),
                }
                for channels in MANY
            },
            "looped.py, a loop over chunks of 1024": {
                "Rust by hand": by_hand,
                "compiled": program(args.command, scratch, "looped"),
                "compiled, --cpu native": program(args.command, scratch, "looped", "--cpu", "native"),
                "Numba": numba_loop,
                "CPython": by_chunks("looped", chunks[:100]),
                **hosted("looped"),
            },
            **{
                f"looped.py, {channels} channels": {
                    "Rust by hand": each(channels, by_hand),
                    "compiled": program(args.command, scratch, "looped", channels=channels),
                    "compiled, --cpu native": program(args.command, scratch, "looped", "--cpu", "native", channels=channels),
                    "Numba": each(channels, numba_loop),
                    "CPython": each(channels, by_chunks("looped", chunks[:100])),
                }
                for channels in MANY
            },
        }
        tables |= {
            f"{name}.py, chunks of 1024": {
                "NumPy": by_chunks(name),
                "compiled": program(args.command, scratch, name),
                "compiled, --cpu native": program(args.command, scratch, name, "--cpu", "native"),
                **hosted(name),
            }
            for name in ["limiter", "shaper"]
        }
        for title, contenders in tables.items():
            results = {name: [] for name in contenders}
            for _ in range(args.rounds):
                for name, run in contenders.items():
                    results[name].append(run())
            base = next(iter(results))
            print(f"| {title} | ns a frame | of {base} |\n|---|---|---|")
            for name, values in results.items():
                ratio = statistics.median(v / b for v, b in zip(values, results[base]))
                print(f"| {name} | {statistics.median(values):.3g} | {ratio:.3g} |")
            print()


if __name__ == "__main__":
    main()
