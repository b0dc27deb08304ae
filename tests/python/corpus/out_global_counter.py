from functools import lru_cache, wraps

from remotemedia.core.node import Node

next_ticket = 100
calls = []


def traced(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        calls.append(function.__name__)
        return function(*args, **kwargs)

    return wrapper


def take_ticket():
    global next_ticket
    next_ticket += 1
    return next_ticket


@lru_cache(maxsize=None)
def ticket_for(name):
    return take_ticket()


class TicketNode(Node):
    issued = 0

    @classmethod
    def count(cls):
        cls.issued += 1
        return cls.issued

    @traced
    def process(self, data):
        return {"ticket": ticket_for(data), "issued": self.count(), "calls": len(calls), "next": next_ticket}
