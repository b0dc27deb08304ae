from functools import partial, reduce
from itertools import accumulate, chain, combinations, groupby, islice
from operator import add, mul

from remotemedia.core.node import Node

product = partial(reduce, mul)


class CombineNode(Node):
    def process(self, data):
        numbers = [x for x in data if isinstance(x, (int, float))]
        yield {
            "pairs": list(islice(combinations(data, 2), 4)),
            "runs": [(k, len(list(g))) for k, g in groupby(data)],
            "sums": list(accumulate(numbers)),
        }
        yield {
            "product": product(numbers, 1),
            "sum": reduce(add, numbers, 0),
            "twice": list(chain(data, reversed(data))),
        }
