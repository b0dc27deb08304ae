"""The peers that are commands: a manifest as arguments of SoX, FFmpeg and GStreamer.

Each function gives `(command, copy)`: the workload and a run of the same tool that only reads and writes. What they differ by is the workload.
They return a text instead where the tool cannot do it.
"""

import json
import pathlib

from graph import BUTTERWORTH, FILTERS, section

HERE = pathlib.Path(__file__).parent


def sox(workload, source, target):
    if workload.has("LogMel"):
        return "no log-mel"
    if any(len(n.inputs) > 1 for n in workload.nodes):
        return "no branches"
    effects = []
    for node in workload.inner():
        p = node.params
        q = p.get("q", BUTTERWORTH)
        effects += {
            "ChannelMix": lambda: ["remix", "1v0.5,2v0.5"],
            "HighPass": lambda: ["highpass", f"{p['frequency_hz']}", f"{q:.7f}q"],
            "Peaking": lambda: ["equalizer", f"{p['frequency_hz']}", f"{q:.7f}q", f"{p['gain_db']}"],
            "Gain": lambda: ["vol", f"{p['gain']}"],
            # SoX clips behind every effect.
            "Clip": lambda: [],
            "FastResampleNode": lambda: ["rate", "-m", "16000"],
        }[node.type]()
    head = ["sox", "-D", "-V1", "-t", "f32", "-r", str(workload.rate), "-c", str(workload.channels), str(source)]
    out = ["-t", "s16" if workload.words else "f32", str(target)]
    return head + out + effects, head + ["-t", "f32", str(target)]


def ffmpeg(workload, source, target):
    if workload.has("LogMel"):
        return "no log-mel"
    graph, labels = [], {}
    for node in workload.nodes:
        ins = "".join(f"[{labels[i].pop()}]" for i in node.inputs) if node.type != "AudioInput" else "[0:a]"
        if node.type == "AudioOutput":
            last = ins
            continue
        outs = [f"{node.id}_{i}" for i in range(len(workload.readers(node)))]
        labels[node.id] = outs[::-1]
        split = f",asplit={len(outs)}" if len(outs) > 1 else ""
        graph.append(ins + ffmpeg_filter(node) + split + "".join(f"[{o}]" for o in outs))
    head = ["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
    head += ["-f", "f32le", "-ar", str(workload.rate), "-ac", str(workload.channels), "-i", str(source)]
    command = head + ["-filter_complex", ";".join(graph), "-map", last]
    tail = ["-f", "s16le" if workload.words else "f32le", str(target)]
    return command + tail, head + ["-af", "anull", "-f", "f32le", str(target)]


def ffmpeg_filter(node):
    p = node.params
    q = p.get("q", BUTTERWORTH)
    width = f"f={p.get('frequency_hz')}:t=q:w={q:.7f}"
    return {
        "AudioInput": "anull",
        "ChannelMix": "pan=mono|c0=0.5*c0+0.5*c1",
        "LowPass": "lowpass=" + width,
        "HighPass": "highpass=" + width,
        "BandPass": "bandpass=" + width,
        "Peaking": f"equalizer={width}:g={p.get('gain_db')}",
        "Gain": f"volume={p.get('gain')}:precision=float",
        "Clip": "asoftclip=type=hard",
        "Mix": f"amix=inputs={len(node.inputs)}:normalize=0",
        "FastResampleNode": "aresample=16000:filter_size=64:filter_type=kaiser:kaiser_beta=8:cutoff=0.95:linear_interp=0",
    }[node.type]


def gstreamer(workload, source, target):
    if workload.has("LogMel"):
        return "no log-mel"
    caps = f"pcm-format=f32le sample-rate={workload.rate} num-channels={workload.channels}"
    read = f'filesrc location="{source}" blocksize=65536 ! rawaudioparse use-sink-caps=false format=pcm {caps}'
    write = f'filesink location="{target}"'
    words = "audioconvert dithering=none ! audio/x-raw,format=S16LE ! " if workload.words else ""
    parts = []
    for node in workload.nodes:
        element = {
            "AudioInput": f"{read} name={node.id}",
            "AudioOutput": f"{words}{write}",
            "ChannelMix": f"audioconvert ! capsfilter caps=audio/x-raw,channels=1 name={node.id}",
            "Gain": f"volume volume={node.params.get('gain')} name={node.id}",
            # An amplification of exactly 1 would switch it off, and its clip with it.
            "Clip": f"audioamplify amplification=1.000001 clipping-method=clip name={node.id}",
            "FastResampleNode": f"audioresample quality=6 ! capsfilter caps=audio/x-raw,rate=16000 name={node.id}",
            "Mix": f"audiomixer name={node.id}",
        }.get(node.type, f"audioiirfilter name={node.id}")
        links = [link(workload, i) for i in node.inputs]
        if node.type == "Mix":
            parts += [element] + [f"{start}{node.id}." for start in links]
        else:
            tee = f" ! tee name={node.id}_tee" if len(workload.readers(node)) > 1 else ""
            parts.append("".join(links) + element + tee)
    coefficients = {n.id: [c.tolist() for c in section(n)] for n in workload.nodes if n.type in FILTERS}
    program = ["/usr/bin/python3", str(HERE / "gstreamer.py")]
    return program + ["  ".join(parts), json.dumps(coefficients)], program + [f"{read} ! {write}", "{}"]


def link(workload, name):
    """The start of a chain behind a node. Where several read it there is a `tee` and, for each, a queue, which is a thread."""
    source = next(n for n in workload.nodes if n.id == name)
    return f"{name}_tee. ! queue ! " if len(workload.readers(source)) > 1 else f"{name}. ! "
