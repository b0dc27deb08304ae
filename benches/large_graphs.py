#!/usr/bin/env python3
"""Times `remotemedia compile` on graphs of 32 to 10,000 nodes.

    benches/large_graphs.py [--remotemedia PATH] [--nodes N,N,…] [--shape chain|fan]… [--target native|wasi]
                            [--profile dev|release|size]

A `chain` is gains and biquads in a row; a `fan` is one input that goes to N branches of gain and biquad, mixed 16 at a time.
Each line: nodes, then seconds of the processor (so that what else runs on the machine matters little) for the plan, for the
generated Rust beyond that, and for the program beyond that (rustc and the linker; the runtime is built before), then
microseconds per node and bytes of source and program. Each is measured once, with the program not in the cache; the cache
folder is `$REMOTEMEDIA_CACHE`, else one of its own.
"""
import argparse
import json
import os
import resource
import subprocess
import tempfile
import time


def chain(count):
    nodes, edges = [], []
    for i in range(count):
        nodes.append(node(i))
        if i:
            edges.append((f"n{i - 1}", f"n{i}"))
    return nodes, edges


def fan(count):
    """Of `count` nodes 8 of 17 are gains, 8 biquads, the rest mixes."""
    nodes, edges = [{"id": "in", "node_type": "AudioInput"}], []
    ends, i = [], 0
    while len(nodes) + len(ends) // 15 < count - 1:
        first, second = node(2 * i), node(2 * i + 1)
        nodes += [first, second]
        edges += [("in", first["id"]), (first["id"], second["id"])]
        ends.append(second["id"])
        i += 1
    mixes = 0
    while len(ends) > 1:
        group, ends = ends[:16], ends[16:]
        mix = f"mix{mixes}"
        mixes += 1
        nodes.append({"id": mix, "node_type": "Mix"})
        edges += [(end, mix) for end in group]
        ends.append(mix)
    return nodes, edges


def node(i):
    if i % 2:
        params = {"frequency_hz": 50 + i % 997 * 20, "q": 0.7 + i % 7 / 10, "gain_db": i % 5 - 2.5}
        return {"id": f"n{i}", "node_type": "Peaking", "params": params}
    return {"id": f"n{i}", "node_type": "Gain", "params": {"gain_db": (i % 31 - 15) / 10}}


def timed(command, environment):
    used = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    before = used()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr[:2000]}")
    return used() - before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--remotemedia", default="target/release/remotemedia")
    parser.add_argument("--nodes", default="32,100,320,1000,3200,10000")
    parser.add_argument("--shape", action="append", choices=["chain", "fan"])
    parser.add_argument("--target", default="native", choices=["native", "wasi"])
    parser.add_argument("--profile", default="release", choices=["dev", "release", "size"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        environment.setdefault("REMOTEMEDIA_CACHE", os.path.join(folder, "cache"))
        path = lambda name: os.path.join(folder, name)
        compile = [os.path.abspath(options.remotemedia), "compile", path("p.json"), "--input", "audio:48000:1"]
        build = [*compile, "--target", options.target, "--profile", options.profile, "-o", path("program")]
        for shape in options.shape or ["chain", "fan"]:
            print(f"{shape:>6}  nodes    plan    rust   build     all  us/node    source   program")
            for count in map(int, options.nodes.split(",")):
                def write(seed):
                    nodes, edges = (chain if shape == "chain" else fan)(count)
                    nodes[-1].setdefault("params", {})
                    # Never in the cache: the name is part of the program.
                    meta = {"name": f"{shape}-{count}-{seed}-{time.time_ns()}"}
                    edges = [{"from": a, "to": b} for a, b in edges]
                    with open(path("p.json"), "w") as file:
                        json.dump({"version": "v1", "metadata": meta, "nodes": nodes, "connections": edges}, file)
                    return len(nodes)
                if count == int(options.nodes.split(",")[0]):
                    write("warm")
                    timed(build, environment)
                nodes = write("timed")
                plan = timed([*compile, "--emit", "plan", "-o", path("plan")], environment)
                rust = timed([*compile, "--emit", "crate", "-o", path("crate")], environment)
                everything = timed(build, environment)
                source = os.path.getsize(path("crate/src/pipeline.rs"))
                program = os.path.getsize(path("program"))
                print(f"{'':6} {nodes:6} {plan:7.3f} {rust - plan:7.3f} {everything - rust:7.3f} {everything:7.3f} "
                      f"{everything / nodes * 1e6:8.0f} {source:9} {program:9}", flush=True)


if __name__ == "__main__":
    main()
