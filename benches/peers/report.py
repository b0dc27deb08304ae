"""The results as JSON and as Markdown, with the machine and the versions they hold for."""

import json
import os
import pathlib
import platform
import subprocess
import time

import numba
import numpy
import scipy

from builds import ROOT, version_of

BEGIN, END = "<!-- begin: written by `make bench` -->", "<!-- end -->"


def machine():
    """What the figures hold for."""
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    flags = next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "")
    widest = next((name for name, flag in [("AVX-512", " avx512f"), ("AVX2", " avx2")] if flag in flags), "SSE2")
    memory = next((int(line.split()[1]) // 2**20 for line in open("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "vectors": widest,
        "memory_gib": memory,
        "system": f"{platform.freedesktop_os_release().get('PRETTY_NAME')}, Linux {platform.release()}",
        "load_at_the_end": round(os.getloadavg()[0], 2),
        "date": time.strftime("%Y-%m-%d"),
    }


def versions():
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    found = {"RemoteMedia": commit.stdout.strip()}
    for program in ["rustc", "faust", "g++", "clang++", "gst-launch-1.0", "ffmpeg", "sox", "python3"]:
        found[program] = version_of(program)
    found |= {"numpy": numpy.__version__, "scipy": scipy.__version__, "numba": numba.__version__}
    return {name: version for name, version in found.items() if version}


def number(value):
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(results, peers, cell):
    names = list(results["workloads"])
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for peer in peers:
        row = [cell(results["workloads"][name], peer) for name in names]
        if any(row):
            lines.append(f"| {peer} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def speed(workload, peer):
    found = workload["peers"].get(peer)
    if found is None:
        reason = workload["without"].get(peer, "")
        return "—" if reason == "not built yet" else reason
    mark = "*" if found["how"] == "less copy" else ""
    # Less than what the same tool's copy varies by.
    if found["ns_per_frame"] <= 0:
        return f"below noise{mark}"
    return f"{number(found['ratio'])} ({number(found['ns_per_frame'])}){mark}"


def accuracy(workload, peer):
    found = workload["peers"].get(peer)
    if found is None or found["snr_db"] is None:
        return "" if found is None else "—"
    return "exact" if found["snr_db"] >= 300 else f"{found['snr_db']:.0f}"


def spread(workload, peer):
    found = workload["peers"].get(peer)
    return "" if found is None else "–".join(number(q) for q in found["ratio_quarters"])


def markdown(results, peers):
    on = results["machine"]
    kinds = "\n".join(f"- {name}: {w['description']}." for name, w in results["workloads"].items())
    chosen = [
        f"{name} `{w['peers']['Faust, best flags']['flags']}`"
        for name, w in results["workloads"].items()
        if "Faust, best flags" in w["peers"]
    ]
    text = f"""{on["cpu"]}, {on["cores"]} cores, {on["vectors"]}, {on["memory_gib"]} GiB; {on["system"]}; {on["date"]}; load {on["load_at_the_end"]} at the end.
{results["rounds"]} rounds over {results["seconds"]} s of noise, every peer in every round, medians.

{kinds}

**Time**: ratio to the loop by hand, less is faster; in brackets ns per input frame. `*`: start to exit, minus a copy by the same tool;
elsewhere the time inside of the process. `—`: not built yet.

{table(results, peers, speed)}

**Accuracy**: dB between the output and a reference in float64 (W1 below 6.9 kHz; 16 bits hold about 87).

{table(results, peers, accuracy)}

**Spread**: the middle half of the ratios.

{table(results, peers, spread)}

Versions: {", ".join(f"{name} {version}" for name, version in results["versions"].items())}.
"""
    if chosen:
        text += f"\nFlags with which Faust was fastest: {'; '.join(chosen)}. \"Baseline flags\" are `-O3` for any x86-64, without `-ffast-math`.\n"
    return text


def write_report(results, peers, folder, page):
    """Writes peers.json and peers.md into the folder and, where there is a page, the text between its marks."""
    results["machine"], results["versions"] = machine(), versions()
    text = markdown(results, peers)
    folder.mkdir(parents=True, exist_ok=True)
    pathlib.Path(folder / "peers.json").write_text(json.dumps(results, indent=1) + "\n")
    pathlib.Path(folder / "peers.md").write_text(text)
    if page is not None:
        before, rest = page.read_text().split(BEGIN)
        page.write_text(before + BEGIN + "\n\n" + text + "\n" + END + rest.split(END)[1])
    return text
