"""Keeps a short history for each session."""

from dataclasses import dataclass, field
from typing import Any, Dict, List

from remotemedia.core.node import Node


@dataclass
class Session:
    id: str
    count: int = 0
    history: List[str] = field(default_factory=list)


class SessionStateNode(Node):
    def __init__(self, max_history: int = 10, **kwargs):
        super().__init__(**kwargs)
        self.max_history = max_history
        self.sessions: Dict[str, Session] = {}

    def _session(self, session_id: str) -> Session:
        if session_id not in self.sessions:
            self.sessions[session_id] = Session(id=session_id)
            self.logger.info(f"new session {session_id}")
        return self.sessions[session_id]

    async def process(self, data: Dict[str, Any]) -> Dict[str, Any]:
        session_id = data.get("session_id", "default")
        if data.get("end", False):
            ended = self.sessions.pop(session_id, None)
            return {"session_id": session_id, "ended": ended is not None, "count": ended.count if ended else 0}
        session = self._session(session_id)
        session.count += 1
        session.history.append(data["text"])
        if len(session.history) > self.max_history:
            session.history.pop(0)
        return {
            "session_id": session.id,
            "count": session.count,
            "history": list(session.history),
            "active": len(self.sessions),
        }

    async def flush(self):
        for name in sorted(self.sessions):
            yield {"session_id": name, "ended": True, "count": self.sessions[name].count}

    async def cleanup(self):
        self.sessions.clear()
