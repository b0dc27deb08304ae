"""Voice activity by energy, with a minimum of speech and a hangover."""

from typing import Any, Dict, Optional

import numpy as np

from remotemedia.core.node import Node


class EnergyVADNode(Node):
    def __init__(
        self,
        threshold: float = 0.02,
        min_speech_chunks: int = 3,
        hangover_chunks: int = 5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.threshold = threshold
        self.min_speech_chunks = min_speech_chunks
        self.hangover_chunks = hangover_chunks
        self.reset()

    def reset(self) -> None:
        self.in_speech = False
        self.speech_count = 0
        self.silence_count = 0
        self.frames = 0
        self.started_at = 0.0

    def _energy(self, samples: np.ndarray) -> float:
        mono = np.mean(samples, axis=0) if samples.ndim > 1 else samples
        return float(np.sqrt(np.mean(mono.astype(np.float64) ** 2)))

    def _event(self, kind: str, at: float, energy: float) -> Dict[str, Any]:
        self.logger.info(f"{kind} at {at:.3f}s")
        return {"event": kind, "timestamp_ms": round(at * 1000, 3), "energy": energy}

    async def process(self, data):
        samples, rate = data
        energy = self._energy(samples)
        now = self.frames / rate
        self.frames += samples.shape[-1]
        event: Optional[Dict[str, Any]] = None
        if energy > self.threshold:
            self.speech_count += 1
            self.silence_count = 0
            if not self.in_speech and self.speech_count >= self.min_speech_chunks:
                self.in_speech = True
                self.started_at = now
                event = self._event("speech_start", now, energy)
        else:
            self.silence_count += 1
            self.speech_count = 0
            if self.in_speech and self.silence_count > self.hangover_chunks:
                self.in_speech = False
                event = self._event("speech_end", now, energy)
                event["duration"] = now - self.started_at
        yield {"has_speech": self.in_speech, "probability": min(1.0, energy / (2 * self.threshold))}
        if event is not None:
            yield event

    async def flush(self):
        if self.in_speech:
            return {"event": "speech_end", "final": True, "frames": self.frames}
