"""Keywords of a text by how often they are there: `translate`, `itemgetter`, `nlargest` with a key, `dict.fromkeys`, `partial`."""

import heapq
import string
from functools import partial
from operator import itemgetter

STOP = {"the", "a", "of", "and"}


def distance(target, word):
    return abs(len(word) - target)


class KeywordNode:
    CLEAN = str.maketrans("’–", "'-", string.punctuation.replace("'", "").replace("-", ""))

    def __init__(self, top=2):
        self.top = top
        self.drop = str.maketrans("", "", string.digits)

    def process(self, text):
        words = text.translate(self.CLEAN).translate(self.drop).lower().split()
        counts = dict.fromkeys(words, 0)
        for word in words:
            counts[word] += 1
        known = [{"word": word, "count": count} for word, count in counts.items() if word not in STOP]
        return {
            "top": heapq.nlargest(self.top, known, key=itemgetter("count")),
            "last": heapq.nsmallest(1, known, key=lambda entry: entry["word"]),
            "pairs": sorted(counts.items(), key=itemgetter(1, 0), reverse=True)[:3],
            "near": sorted(dict.fromkeys(words), key=partial(distance, 4)),
            "letters": sum(letter in string.ascii_letters for letter in text),
        }
