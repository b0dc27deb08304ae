"""Groups alerts that come close together into incidents."""

from typing import Any, Dict, List, Optional

from remotemedia.core.node import Node

PATTERNS = [
    ("silence_then_reconnect", ["silence", "reconnect"]),
    ("clipping_with_imbalance", ["clipping", "imbalance"]),
]

SEVERITY = {"silence": 2, "reconnect": 1, "clipping": 2, "imbalance": 1, "noise": 1}


class EventCorrelatorNode(Node):
    def __init__(
        self,
        correlation_window_ms: float = 5000,
        min_events_for_incident: int = 2,
        emit_raw_events: bool = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.window = correlation_window_ms
        self.min_events = min_events_for_incident
        self.emit_raw = emit_raw_events
        self.recent: List[Dict[str, Any]] = []
        self.incidents = 0

    def _pattern(self, types: List[str]) -> Optional[str]:
        for name, parts in PATTERNS:
            if all(p in types for p in parts):
                return name
        return None

    def process(self, event: Dict[str, Any]):
        now = event["t"]
        self.recent = [e for e in self.recent if now - e["t"] <= self.window]
        self.recent.append(event)
        if self.emit_raw:
            yield {"kind": "event", **event}
        same = [e for e in self.recent if e.get("stream") == event.get("stream")]
        if len(same) < self.min_events:
            return
        self.incidents += 1
        types = [e["type"] for e in same]
        score = sum(SEVERITY.get(t, 0) for t in types)
        yield {
            "kind": "incident",
            "incident_id": f"inc-{self.incidents:04d}",
            "severity": "high" if score >= 4 else "medium" if score >= 3 else "low",
            "pattern": self._pattern(types) or "audio_quality_degradation",
            "types": types,
            "duration": same[-1]["t"] - same[0]["t"],
        }
        self.recent = [e for e in self.recent if e not in same]
