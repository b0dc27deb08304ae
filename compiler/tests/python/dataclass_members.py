from dataclasses import dataclass, field


@dataclass
class Cue:
    start: float

    @property
    def half(self):
        return self.start / 2

    def get(self):
        return self.start


@dataclass(frozen=True)
class Key:
    name: str


@dataclass
class Same:
    n: int

    def __eq__(self, other):
        return True


@dataclass
class Part:
    n: int
    note: str = field(compare=False, default="")


class Members:
    def __init__(self):
        self.cue = Cue(1.0)

    def process(self, m):
        cues = [Cue(m)]
        one = cues[0].half
        two = [cue.get() for cue in cues]
        three = Key("a")
        four = Same(1)
        five = Part(1)
        return [self.cue.half, self.cue.get(), one, two, three, four, five]
