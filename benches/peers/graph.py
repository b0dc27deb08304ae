"""A workload: its manifest as a list of nodes in order, the coefficients of its filters, and its output in float64.

Every peer is built from the same manifest, so that none can be given less to do. The cookbook is written here once more
and not taken from the project's code, because the reference must not share its errors.
"""

import json
import pathlib
import sys

import numpy as np
from scipy import signal

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent.parent / "tests" / "reference"))

import log_mel  # noqa: E402
import resample  # noqa: E402

NAMES = ["W1", "W2", "W3", "W4", "W5", "W6"]
BUTTERWORTH = 0.5**0.5
FILTERS = ("LowPass", "HighPass", "BandPass", "Peaking")

# Every resampler passes what is below, and none folds anything into it.
COMPARED_HZ = 6900


class Node:
    def __init__(self, entry, inputs):
        self.id = entry["id"]
        self.type = entry["node_type"]
        self.params = entry.get("params", {})
        self.inputs = inputs


class Workload:
    def __init__(self, name):
        self.name = name
        self.path = HERE / "workloads" / f"{name}.json"
        manifest = json.loads(self.path.read_text())
        self.description = manifest["metadata"]["description"]
        edges = manifest["connections"]
        self.nodes = [Node(n, [e["from"] for e in edges if e["to"] == n["id"]]) for n in manifest["nodes"]]
        self.rate = self.nodes[0].params["sample_rate"]
        self.channels = self.nodes[0].params["channels"]
        self.words = self.nodes[-1].params.get("format") == "i16"

    def inner(self):
        """The nodes without the pipeline's input and output."""
        return self.nodes[1:-1]

    def readers(self, node):
        return [n for n in self.nodes for i in n.inputs if i == node.id]

    def has(self, *types):
        return any(n.type in types for n in self.nodes)


def section(node):
    """The numerator and denominator of a filter, by the RBJ cookbook."""
    f, q, db = (node.params.get(k, d) for k, d in [("frequency_hz", 0), ("q", BUTTERWORTH), ("gain_db", 0)])
    w = 2 * np.pi * f / 48000
    c, alpha, g = np.cos(w), np.sin(w) / (2 * q), 10 ** (db / 40)
    b, a = {
        "LowPass": ([(1 - c) / 2, 1 - c, (1 - c) / 2], [1 + alpha, -2 * c, 1 - alpha]),
        "HighPass": ([(1 + c) / 2, -1 - c, (1 + c) / 2], [1 + alpha, -2 * c, 1 - alpha]),
        "BandPass": ([alpha, 0, -alpha], [1 + alpha, -2 * c, 1 - alpha]),
        "Peaking": ([1 + alpha * g, -2 * c, 1 - alpha * g], [1 + alpha / g, -2 * c, 1 - alpha / g]),
    }[node.type]
    return np.array(b) / a[0], np.array(a) / a[0]


def taps():
    """The low-pass of W1's resampler, newest input frame first."""
    _, _, count, beta = resample.design(48000, 16000, "low")
    h = signal.firwin(count + 1, resample.CUTOFF / 3, window=("kaiser", beta))[:-1]
    return h / h.sum()


def make_signal(seconds, rate, channels):
    """Noise whose level moves like speech: [frames, channels] in float32, the same on every machine."""
    count = seconds * rate
    level = 0.3 + 0.2 * np.sin(2 * np.pi * 3 * np.arange(count) / rate)
    noise = np.random.Generator(np.random.PCG64(7)).random((count, channels)) * 2 - 1
    return (noise * level[:, None]).astype("<f4")


def reference(workload, x):
    """What comes out in float64, before it is rounded to 16 bits."""
    out = {}
    for node in workload.nodes:
        ins = [out[i] for i in node.inputs]
        if node.type == "AudioInput":
            y = x.astype("f8")
        elif node.type in FILTERS:
            y = signal.lfilter(*section(node), ins[0], axis=0)
        elif node.type == "ChannelMix":
            y = ins[0].mean(axis=1, keepdims=True)
        elif node.type == "Gain":
            y = ins[0] * node.params["gain"]
        elif node.type == "Clip":
            y = np.clip(ins[0], -1, 1)
        elif node.type == "Mix":
            y = sum(ins)
        elif node.type == "FastResampleNode":
            y = resample.by_scipy(ins[0][:, 0], 48000, 16000, "low")
        elif node.type == "LogMel":
            y = log_mel.log_mel(ins[0][:, 0], 16000, 400, 160, node.params["n_mels"])
        elif node.type in ("AudioOutput", "Output"):
            y = np.clip(ins[0], -1, 1) if workload.words else ins[0]
        else:
            raise ValueError(f"{workload.name}: no reference for {node.type}")
        out[node.id] = y
    return y.reshape(-1)


def snr(workload, path, expected):
    """The distance of an output from the reference in dB; none if it is too short to say."""
    found = np.fromfile(path, "<i2" if workload.words else "<f4").astype("f8")
    # The last two frames of log-mel reach beyond the end, where peers that stream know no mirrored signal.
    count = min(len(found), len(expected)) - (160 if workload.has("LogMel") else 0)
    if count < 1000:
        return None
    if workload.words:
        found, expected = aligned(found[:count], expected[:count])
    else:
        found, expected = found[:count], expected[:count]
    found = found * (found @ expected / max(found @ found, 1e-300))
    error = np.sum((found - expected) ** 2)
    return float(10 * np.log10(np.sum(expected**2) / error)) if error > 0 else 999.0


def aligned(found, expected):
    """Both below `COMPARED_HZ`, the first shifted to where the second is (by parts of a frame too), without their ends."""
    n = len(found)
    f, e = np.fft.rfft(found), np.fft.rfft(expected)
    f[int(COMPARED_HZ / 8000 * len(f)) :] = 0
    cross = f * np.conj(e)
    w = 2 * np.pi * np.arange(len(f)) / n
    likeness = np.fft.irfft(cross, n)
    shift = np.argmax(likeness)
    shift = shift - n if shift > n // 2 else shift
    turned = cross * np.exp(1j * w * shift)
    rest = -np.sum(np.abs(turned) * w * np.angle(turned)) / np.sum(np.abs(turned) * w * w)
    f *= np.exp(1j * w * (shift + rest))
    e[f == 0] = 0
    rim = n // 10
    return np.fft.irfft(f, n)[rim:-rim], np.fft.irfft(e, n)[rim:-rim]
