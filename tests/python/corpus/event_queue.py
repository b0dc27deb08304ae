"""Events by priority, and where they fall: `heapq`, `bisect`, members of an `Enum` by value, `asdict`."""

import bisect
import heapq
from dataclasses import asdict, dataclass, field
from enum import Enum


class Kind(Enum):
    NOTE = "note"
    REST = "rest"
    SOUND = "note"
    END = 3

    def is_silent(self):
        return self is not Kind.NOTE


@dataclass
class Place:
    bar: int
    beat: float = 0.0


@dataclass
class Event:
    kind: str
    at: Place
    tags: list = field(default_factory=list)
    more: dict = field(default_factory=dict)


class EventQueue:
    BARS = [0, 4, 8, 16]

    def __init__(self, limit=3):
        self.limit = limit
        self.heap = []
        self.seen = []
        self.order = 0

    def process(self, message):
        try:
            kind = Kind(message["kind"])
        except ValueError as error:
            return {"error": str(error), "known": len(self.seen)}
        time = message["time"]
        if time < 0:
            raise ValueError("negative", time)
        self.order += 1
        heapq.heappush(self.heap, (time, self.order, kind.name))
        bisect.insort(self.seen, time)
        bar = bisect.bisect_right(self.BARS, time) - 1
        event = Event(kind.value, Place(bar, time % 4), tags=[kind.name, kind.is_silent()])
        event.more["place"] = event.at
        dropped = None
        if len(self.heap) > self.limit:
            dropped = heapq.heappop(self.heap)
        kept = asdict(event)
        event.tags.append("later")
        event.at.bar = -1
        return {
            "event": kept,
            "dropped": dropped,
            "next": self.heap[0],
            "largest": heapq.nlargest(2, self.seen),
            "smallest": heapq.nsmallest(2, self.seen),
            "left": bisect.bisect_left(self.seen, time),
            "replaced": heapq.heappushpop([1, 5, 3], time),
        }
