from collections import Counter, OrderedDict, defaultdict, namedtuple

from remotemedia.core.node import Node

Entry = namedtuple("Entry", "letter count")


class TallyNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.total = Counter()

    def process(self, data):
        counts = Counter(c for c in data if not c.isspace())
        self.total += counts
        positions = defaultdict(list)
        for i, c in enumerate(data):
            positions[c].append(i)
        recent = OrderedDict((c, None) for c in data)
        if recent:
            recent.move_to_end(data[0])
        top = [Entry(*pair)._asdict() for pair in counts.most_common(2)]
        return {
            "top": top,
            "repeated": {c: p for c, p in positions.items() if len(p) > 2},
            "order": "".join(recent),
            "all": self.total.most_common(3),
        }
