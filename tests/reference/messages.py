#!/usr/bin/env python3
"""Writes the cases that the tests of the message nodes compare with: tests/reference/message_data/*.jsonl.

    messages.py            write them
    messages.py --check    compute again and compare; exit 1 if anything differs

Each line is {"node", "options", "in": [[time, value]], "out": [[time, value]]} and perhaps "fail": [kind, time]. What comes
out is computed here by plain Python definitions, from the documentation of the nodes and not from their code. Nothing but
the standard library is needed; a newer Python with newer Unicode tables gives the same lines.
"""

import json
import random
import sys
from pathlib import Path

import message_events
import message_json
import message_nodes
import message_texts

DATA = Path(__file__).parent / "message_data"
MODULES = {"json": message_json, "nodes": message_nodes, "texts": message_texts, "events": message_events}


def lines(module):
    random.seed(module.__name__)
    return "".join(json.dumps(line, separators=(",", ":"), allow_nan=False) + "\n" for line in module.cases())


def main(check):
    stale = []
    for name, module in MODULES.items():
        path, text = DATA / f"{name}.jsonl", lines(module)
        if not path.exists() or path.read_text() != text:
            stale.append(path.name)
            if not check:
                DATA.mkdir(exist_ok=True)
                path.write_text(text)
        if not check:
            print(f"{path.name}: {text.count(chr(10))} cases, {len(text)} bytes")
    if check and stale:
        print(f"tests/reference/message_data: {', '.join(stale)} stale, run tests/reference/messages.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
