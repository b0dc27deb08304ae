"""Parameters that are added to, whatever they are."""


def halves(a, b=2):
    a -= b
    b += a
    return a, b


class AugmentNode:
    def _grown(self, n, found):
        while n < 20:
            n *= 2
            found += [n]
        return found

    def _items(self, item):
        item |= {"seen": True}
        yield item
        item = dict(item)
        item["again"] = 1
        yield item

    def process(self, message):
        if isinstance(message, str):
            message += "!"
            message *= 2
            return message
        if isinstance(message, dict):
            return [item for item in self._items(message)]
        if isinstance(message, list):
            message += [0]
            return message
        message //= 2
        for _ in range(2):
            message += message
        return [message, self._grown(message + 1, []), halves(message), halves(2.5, 3)]
