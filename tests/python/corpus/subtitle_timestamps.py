from remotemedia.core.node import Node


def timestamp(seconds: float) -> str:
    ms = int(round(seconds * 1000))
    hours, ms = divmod(ms, 3_600_000)
    minutes, ms = divmod(ms, 60_000)
    secs, ms = divmod(ms, 1000)
    return f"{hours:02d}:{minutes:02d}:{secs:02d},{ms:03d}"


class SubtitleNode(Node):
    """SRT blocks from segments."""

    def __init__(self, max_line=30, **kwargs):
        super().__init__(**kwargs)
        self.max_line = max_line
        self.index = 0

    def wrap(self, text):
        lines = [""]
        for word in text.split():
            if lines[-1] and len(lines[-1]) + 1 + len(word) > self.max_line:
                lines.append(word)
            else:
                lines[-1] = (lines[-1] + " " + word).lstrip()
        return "\n".join(lines)

    def process(self, segment):
        start = max(0.0, segment["start"])
        end = segment["end"]
        if not segment["text"].strip():
            return None
        if end <= start:
            end = start + 0.5
        self.index += 1
        return f"{self.index}\n{timestamp(start)} --> {timestamp(end)}\n{self.wrap(segment['text'])}\n"
