"""Measures the workloads against the peers, side by side: `peers.py [--quick] [--rounds N] [--seconds N] [--only W1,W3] [--peers TEXT]`.

Each peer is a function that prepares one workload and returns how it is run; a run gives seconds and frames. Every round runs all
peers of a workload one after the other, beginning with another one each time; the figures are medians over the rounds, of
the ratio to the baseline of the same round. README.md says how each figure is got.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import processes
from builds import COMPILERS, MEMORY, ROOT, SCRATCH, Unable, call, compile_ours, faust, faust_choices, need, remotemedia, rust
from graph import HERE, NAMES, Workload, make_signal, reference, snr
from report import write_report

# Seconds for one run.
LIMIT = 120


class Run:
    """A peer at a workload. `measure` runs it once, and gives the seconds and the frames they were for."""

    def __init__(self, measure, how, flags="", output=None):
        self.measure = measure
        self.how = how
        # A difference is not made better by choosing the least.
        self.times = 2 if how == "inside" else 1
        self.flags = flags
        # Writes the output for the comparison with the reference; as measured, where there is none.
        self.output = output or measure


class Place:
    """The files of one workload."""

    def __init__(self, workload, seconds):
        self.workload = workload
        self.source = MEMORY / f"{workload.name}.f32"
        self.target = MEMORY / f"{workload.name}.out"
        self.metrics = MEMORY / f"{workload.name}.json"
        x = make_signal(seconds, workload.rate, workload.channels)
        x.tofile(self.source)
        self.frames = len(x)
        self.reference = reference(workload, x)

    def quality(self):
        return snr(self.workload, self.target, self.reference)


def baseline(place):
    """One fused scalar loop by hand: plain rustc, baseline x86-64."""
    program = rust(place.workload)
    return Run(lambda: (float(call([program, place.source, place.target])), place.frames), "inside", "-C opt-level=3")


def by_metrics(place, command, flags):
    ports = ["-i", f"raw:{place.source}", "-o", f"raw:{place.target}", "--metrics", place.metrics]

    def measure():
        call([*command, *ports], LIMIT)
        return json.loads(place.metrics.read_text())["processing_seconds"], place.frames

    return Run(measure, "inside", flags)


def native(place):
    return by_metrics(place, [compile_ours(place.workload)], "--profile release")


def native_cpu(place):
    return by_metrics(place, [compile_ours(place.workload, "--cpu", "native")], "--profile release --cpu native")


def wasm(place):
    module = compile_ours(place.workload, "--target", "wasi")
    return by_metrics(place, [remotemedia(), "run", module], "--profile release --target wasi")


def jit(place):
    run = by_metrics(place, [remotemedia(), "run", "--tier", "jit", place.workload.path], "run --tier jit")
    try:
        run.measure()
    except RuntimeError as error:
        if "not built yet" in str(error):
            raise Unable("not built yet") from None
        raise
    return run


def faust_of(place, choices):
    need("faust", "faust")
    if place.workload.has("LogMel"):
        raise Unable("no log-mel")
    if not choices:
        raise Unable(f"no C++ compiler (apt-get install {COMPILERS[0]})")
    keep = ["3"] if place.workload.words else []
    runs = {}
    for choice in choices:
        program = faust(place.workload, *choice)
        runs[choice] = lambda p=program: (float(call([p, place.source, place.target, *keep], LIMIT)), place.frames)
    # The best of all is sought once, by the shorter of two runs each.
    best = min(runs, key=lambda c: min(runs[c]()[0] for _ in range(2)))
    return Run(runs[best], "inside", " ".join(best))


def faust_best(place):
    return faust_of(place, faust_choices(native=True))


def faust_strict(place):
    return faust_of(place, faust_choices(native=False))


def less_copy(place, commands, inside=False):
    """A command of a tool, minus its copy of the same signal. `commands` gives both for an output file."""
    found = commands(place.workload, place.source, "/dev/null")
    if isinstance(found, str):
        raise Unable(found)

    def seconds(command):
        start = time.perf_counter()
        said = call(command, LIMIT)
        return float(said) if inside else time.perf_counter() - start

    def measure():
        # Both carry the tool's start, whose noise is as large as some of the differences.
        work, copy = zip(*[(seconds(found[0]), seconds(found[1])) for _ in range(3)])
        return min(work) - min(copy), place.frames

    return Run(measure, "less copy", output=lambda: call(commands(place.workload, place.source, place.target)[0], LIMIT))


def sox(place):
    need("sox", "sox")
    return less_copy(place, processes.sox)


def ffmpeg(place):
    need("ffmpeg", "ffmpeg")
    return less_copy(place, processes.ffmpeg)


def gstreamer(place):
    check = "import gi; gi.require_version('Gst', '1.0'); from gi.repository import Gst"
    if subprocess.run(["/usr/bin/python3", "-c", check], capture_output=True, check=False).returncode != 0:
        raise Unable("not installed (apt-get install python3-gi gir1.2-gstreamer-1.0 gstreamer1.0-plugins-good)")
    return less_copy(place, processes.gstreamer, inside=True)


def in_python(place, peer, flags):
    script = [sys.executable, HERE / "python_peers.py", peer, place.workload.name, place.source, place.target]

    def measure():
        seconds, frames = call(script, LIMIT).split()
        return float(seconds), int(frames)

    return Run(measure, "inside", flags)


def scipy(place):
    return in_python(place, "scipy", "")


def numba(place):
    if place.workload.has("LogMel"):
        raise Unable("no FFT")
    return in_python(place, "numba", "fastmath=True")


def plain_python(place):
    if place.workload.has("LogMel"):
        raise Unable("no FFT")
    return in_python(place, "python", "0.25 s only")


PEERS = {
    "by hand, Rust": baseline,
    "RemoteMedia, native": native,
    "RemoteMedia, `--cpu native`": native_cpu,
    "RemoteMedia, JIT": jit,
    "RemoteMedia, wasm": wasm,
    "Faust, best flags": faust_best,
    "Faust, baseline flags": faust_strict,
    "GStreamer": gstreamer,
    "FFmpeg": ffmpeg,
    "SoX": sox,
    "NumPy, SciPy": scipy,
    "Numba": numba,
    "Python": plain_python,
}
BASELINE = "by hand, Rust"


def prepare(place, wanted):
    """The runs of a workload, and the reasons of those peers that have none."""
    runs, reasons = {}, {}
    for name, peer in PEERS.items():
        if name != BASELINE and wanted not in name:
            continue
        try:
            runs[name] = peer(place)
        except Unable as reason:
            reasons[name] = str(reason)
    return runs, reasons


def measure(place, runs, rounds):
    """Seconds per frame of each peer, round by round."""
    names = list(runs)
    times = {name: [] for name in names}
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            seconds, frames = min(runs[name].measure() for _ in range(runs[name].times))
            times[name].append(seconds / frames)
    return times


def cells(place, runs, times):
    """What the report needs of each peer."""
    found = {}
    for name, run in runs.items():
        run.output()
        ratios = sorted(t / b for t, b in zip(times[name], times[BASELINE]))
        found[name] = {
            "ns_per_frame": statistics.median(times[name]) * 1e9,
            "ratio": statistics.median(ratios),
            "ratio_quarters": [ratios[len(ratios) // 4], ratios[(3 * len(ratios)) // 4]],
            "how": run.how,
            "flags": run.flags,
            "snr_db": place.quality(),
            "rounds_ns": [t * 1e9 for t in times[name]],
        }
    return found


def main():
    parser = argparse.ArgumentParser(description="workloads against peers, side by side")
    parser.add_argument("--quick", action="store_true", help="three rounds of ten seconds; leaves docs/performance.md alone")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, help="length of the signal")
    parser.add_argument("--only", default=",".join(NAMES), help="workloads")
    parser.add_argument("--peers", default="", help="only peers with this in their name, and the baseline")
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 9)
    seconds = options.seconds or (10 if options.quick else 60)
    os.environ.setdefault("NUMBA_CACHE_DIR", str(SCRATCH / "numba"))
    MEMORY.mkdir(parents=True, exist_ok=True)
    results = {"rounds": rounds, "seconds": seconds, "workloads": {}}
    for name in options.only.split(","):
        workload = Workload(name)
        print(f"{name}: {workload.description}", file=sys.stderr)
        place = Place(workload, seconds)
        runs, reasons = prepare(place, options.peers)
        times = measure(place, runs, rounds)
        found = cells(place, runs, times)
        results["workloads"][name] = {"description": workload.description, "peers": found, "without": reasons}
        for file in (place.source, place.target, place.metrics):
            file.unlink(missing_ok=True)
    whole = not (options.quick or options.peers or options.only != ",".join(NAMES))
    print(write_report(results, list(PEERS), SCRATCH, ROOT / "docs" / "performance.md" if whole else None))


if __name__ == "__main__":
    main()
