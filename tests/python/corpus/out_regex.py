import re

from remotemedia.core.node import Node

LINE = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) (?P<time>[\d:]{8}) \[(?P<level>[A-Z]+)\] (?P<text>.*)")
PAIR = re.compile(r"(\w+)=(\S+)")


class LogLineNode(Node):
    def process(self, data):
        match = LINE.match(data)
        if not match:
            return None
        text = match.group("text")
        durations = [int(ms) for ms in re.findall(r"(\d+)ms", text)]
        return {
            **match.groupdict(),
            "fields": dict(PAIR.findall(text)),
            "durations": durations,
            "masked": re.sub(r"\d", "#", text),
        }
