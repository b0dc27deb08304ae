from typing import Iterator, List

from remotemedia import Node


class ChainedTransformNode(Node):
    def __init__(self, steps: List[str], emit_intermediates: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.steps = steps
        self.emit_intermediates = emit_intermediates

    def _dedupe(self, text: str) -> str:
        out = ""
        for ch in text:
            if not out.endswith(ch):
                out += ch
        return out

    def _run(self, step: str, text: str) -> str:
        if step == "strip":
            return text.strip()
        if step == "lower":
            return text.lower()
        if step == "upper":
            return text.upper()
        if step == "dedupe":
            return self._dedupe(text)
        if step == "capitalize":
            return text[:1].upper() + text[1:]
        raise ValueError(f"unknown step: {step}")

    def process(self, data: str) -> Iterator[dict]:
        text = data
        last = len(self.steps) - 1
        for i, step in enumerate(self.steps):
            text = self._run(step, text)
            if self.emit_intermediates or i == last:
                yield {"step": step, "index": i, "final": i == last, "text": text}
