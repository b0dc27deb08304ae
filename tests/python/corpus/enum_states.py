"""A state machine whose states are an `Enum`."""

from enum import Enum, auto


class State(Enum):
    """Where a call stands."""

    IDLE = auto()
    BUSY = auto()
    DONE = "done"
    OVER = "done"

    def label(self):
        return self.name.lower()

    @property
    def is_busy(self):
        return self is State.BUSY


NEXT = {State.IDLE: State.BUSY, State.BUSY: State.DONE, State.DONE: State.IDLE}


class CallNode:
    def __init__(self):
        self.state = State.IDLE
        self.first = State.IDLE
        self.counts = {s: 0 for s in (State.IDLE, State.BUSY, State.DONE)}

    def process(self, event):
        old = self.state
        if event == "go":
            self.state = NEXT[self.state]
        elif event == "stop" and self.state is not State.IDLE:
            self.state = State.OVER
        self.counts[self.state] += 1
        match self.state:
            case State.BUSY:
                code = 1
            case State.DONE:
                code = 2
            case _:
                code = 0
        log = [old, self.state]
        return {
            "state": [self.state.name, self.state.value],
            "text": f"{self.state} {old!r} {self.state:>12}|" + str(old),
            "tests": [old == self.state, self.state is State.OVER, self.state in (State.BUSY, State.DONE), old != State.IDLE],
            "code": code,
            "labels": [s.label() for s in log],
            "busy": [self.state.is_busy, old.is_busy],
            "counts": list(self.counts.values()),
            "same": [self.first == State.IDLE, len({old, self.state, State.OVER})],
        }
