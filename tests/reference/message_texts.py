"""Nodes that work on texts."""

import random
import re

from message_case import Fail, case, is_number, stateless, text_of, timed

OPERATIONS = {
    "uppercase": str.upper,
    "lowercase": str.lower,
    "reverse": lambda s: s[::-1],
    "word_count": lambda s: len(s.split()),
    "char_count": len,
    "title_case": str.title,
    "remove_spaces": lambda s: s.replace(" ", ""),
    "first_word": lambda s: (s.split() or [""])[0],
    "last_word": lambda s: (s.split() or [""])[-1],
}


def processor(operations):
    def change(value):
        text = text_of(value)
        asked = value.get("operations", operations) if isinstance(value, dict) else operations
        if text is None or not isinstance(asked, list) or not all(isinstance(name, str) for name in asked):
            raise Fail("bad_message")
        if not set(asked) <= set(OPERATIONS):
            raise Fail("unknown_operation")
        results = {name: OPERATIONS[name](text) for name in asked}
        return [{"original_text": text, "operations": asked, "results": results}]

    return stateless(change)


MARKS = r"<\|text_end\|>|<\|audio_end\|>"


def sentences(text, boundaries, least):
    """The whole sentences of a text that goes on, the offset behind each, and what is left."""
    found, held = [], ""
    for run in re.finditer(f"[^{re.escape(boundaries)}]*[{re.escape(boundaries)}]*", text):
        held += run.group()
        ended = run.group() and run.group()[-1] in boundaries
        # What ends the text may be a run that goes on.
        if ended and len(held.strip()) >= least:
            found.append((held, run.end()))
            held = ""
    return found, held


def collector(boundaries, min_sentence_length, yield_partial_on_end, max_items):
    """Only for max_items = 0: works on the whole text, and finds the token that settles each sentence afterwards."""
    tokens = []

    def each(time, value):
        text = text_of(value)
        if text is None:
            raise Fail("bad_message")
        tokens.append((time, text))
        return []

    def flush():
        assert max_items == 0
        whole = "".join(text for _, text in tokens)
        ends, position = [], 0
        for time, text in tokens:
            position += len(text)
            ends.append((position, time))

        def time_of(offset):
            """Of the token that holds the character at this offset; of the last one at the end."""
            return next((time for end, time in ends if offset < end), ends[-1][1] if ends else 0)

        start = 0
        pieces = [(m.start(), m.end(), m.group()) for m in re.finditer(MARKS, whole)] + [(len(whole), len(whole), None)]
        for begin, end, mark in pieces:
            found, rest = sentences(whole[start:begin], boundaries, min_sentence_length)
            settled = time_of(end - 1) if mark else time_of(len(whole))
            for text, offset in found:
                last = start + offset == begin
                # A sentence that reaches up to a mark is settled by the first character of that mark.
                when = (time_of(begin) if mark else settled) if last else time_of(start + offset)
                yield when, text.strip()
            if rest.strip() and yield_partial_on_end:
                yield settled, rest.strip()
            if mark:
                yield settled, mark
            start = end

    return each, flush


def timecode(seconds):
    ms = max(0, int(seconds * 1000 + 0.5)) if seconds * 1000 + 0.5 > 0 else 0
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def wrap(text, most):
    lines = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return "\n".join(lines)


def srt(include_numbers, max_line_length):
    count = 0

    def read(item, keys):
        if not isinstance(item, dict):
            raise Fail("bad_message")
        text = next((item[key] for key in keys if key in item), None)
        if not (is_number(item.get("start")) and is_number(item.get("end")) and isinstance(text, str)):
            raise Fail("bad_message")
        return item["start"], item["end"], text

    def group(words):
        cues, longest = [], 2 * (max_line_length or 42)
        for start, end, word in words:
            word = word.strip()
            held = cues[-1] if cues else None
            if held and held[2][-1:] not in list(".!?") and start - held[1] <= 1 and len(held[2]) + 1 + len(word) <= longest:
                cues[-1] = (held[0], end, f"{held[2]} {word}")
            else:
                cues.append((start, end, word))
        return cues

    def each(time, value):
        nonlocal count
        if not isinstance(value, dict):
            raise Fail("bad_message")
        key = next((key for key in ("segments", "words") if key in value), None)
        if key and not isinstance(value[key], list):
            raise Fail("bad_message")
        if key == "segments":
            cues = (read(item, ["text"]) for item in value["segments"])
        elif key == "words":
            cues = group(read(item, ["word", "text"]) for item in value["words"])
        else:
            cues = [read(value, ["text"])]
        for start, end, text in cues:
            text = text.strip()
            if text:
                count += 1
                number = f"{count}\n" if include_numbers else ""
                body = wrap(text, max_line_length) if max_line_length else text
                yield time, f"{number}{timecode(start)} --> {timecode(end)}\n{body}\n"

    return each, list


TEXTS = [
    "", " ", "hello world", "Hello, World!", "o'neil's 3rd brother-in-law", "ΟΔΥΣΣΕΥΣ ΚΑΙ ΣΙΣΥΦΟΣ", "ΑΣ. Σ ΑΣΒ Σ",
    "straße STRASSE ẞ", "ŉ'a ŉa", "ǆ ǅ Ǆ aǆ aǅ", "ﬁn ﬂat oﬀice ﬅ", "იოანე Ითა", "İstanbul ıI i̇", "éÉ e\u0301 E\u0301",
    "日本語 テキスト", "👩‍👩‍👧 family 🇩🇪", "שלום עולם", "tab\tand\nnewline\r\nand\x0bmore\x0c", "a\u00a0b\u2003c\u3000d",
    "a\x1cb\x1db\x1eb\x1fb", "a\u0085b\u2028c\u2029d\u200be", " lead and trail ", "x1y2z3", "ᾳ ᾼ ᾲ ᾷ ὒ ᾀ ᾈ", "ab\u00adcd Σ\u00ad",
    "\x00\x07\x1b", "ⅷ Ⅷ ⓐ Ⓐ", "ʻokina ʼn", "ᵃb ªb", "a1a ١a", "𐐨 𐐀𐐨 𝐀𝐚",
]
TITLES = "".join(map(chr, [0xDF, *range(0x1C4, 0x1CD), *range(0x1F0, 0x1F4), 0x149, 0x390, 0x3B0, 0x587, *range(0x10D0, 0x10FB)]))
TITLES += "".join(chr(i) for i in range(0x1E96, 0x2000) if chr(i).title() != chr(i)) + "".join(map(chr, range(0xFB00, 0xFB07)))
TITLES += "".join(map(chr, range(0xFB13, 0xFB18)))

TOKENS = ["Hello", " world", ".", "!", "?", ";", "\n", " ", "..", " Hi", "3.14", "<|text_end|>", "<|audio_end|>", "ok", "",
          "One. Two! Three", "a", "b. ", "日本", "。", "<|text", "_end|>", "\n\n"]


def cut(text):
    """A text in random pieces."""
    while text:
        size = random.randint(1, 5)
        yield text[:size]
        text = text[size:]


def cases():
    everything = list(OPERATIONS)
    yield case("text::TextProcessor", processor, {"operations": everything}, timed(TEXTS + [TITLES]))
    yield case("text::TextProcessor", processor, {"operations": ["title_case"]}, timed([" ".join(f"{c}a{c} {c}" for c in TITLES)]))
    yield case("text::TextProcessor", processor, {"operations": ["uppercase"]}, timed([
        "plain", {"text": "own", "operations": ["reverse", "word_count", "reverse"]}, {"text": "default"},
        {"text": "none", "operations": []}]))
    for odd in [5, None, {}, {"text": 5}, {"text": "a", "operations": "reverse"}, {"text": "a", "operations": [1]},
                {"text": "a", "operations": ["reverse", "shout"]}]:
        yield case("text::TextProcessor", processor, {"operations": ["reverse"]}, timed(["a", odd, "b"]))

    story = "Hello there. How are you?! Fine... Hm. OK; next\nline\n\n\nEnd <|text_end|> tail. more<|audio_end|>x"
    for boundaries, least, partial in [(".!?;\n", 3, True), (".!?;\n", 3, False), (".", 1, True), (".!?,;:\n", 20, True),
                                       ("。.", 0, True)]:
        options = {"boundaries": boundaries, "min_sentence_length": least, "yield_partial_on_end": partial, "max_items": 0}
        for stream in [[], [story], list(story), list(cut(story)), list(cut(story)), [{"text": "In a. dict"}, " or."]]:
            yield case("collect::TextCollector", collector, options, timed(stream))
        for _ in range(10):
            yield case("collect::TextCollector", collector, options, timed(random.choices(TOKENS, k=random.randint(1, 20))))
    yield case("collect::TextCollector", collector, options | {"max_items": 0}, timed(["a", 5]))

    words = "This is a sentence. Here comes another one, longer than the first by far! And then a very long one without any stop at all that goes on".split()
    spoken = [{"word": f" {w}", "start": i * 0.4, "end": i * 0.4 + 0.35} for i, w in enumerate(words)]
    for number, most in [(True, 0), (False, 0), (True, 20), (True, 3)]:
        yield case("subtitles::SrtOutput", srt, {"include_numbers": number, "max_line_length": most}, timed([
            {"segments": [{"start": 0.0, "end": 2.5, "text": " Hello there. "}, {"start": 2.5, "end": 5, "text": "  "},
                          {"start": 3661.0005, "end": 360000.9996, "text": "a fairly long line of text, to be broken up\nsomewhere"}]},
            {"start": 61.2344, "end": 61.2346, "text": "single"},
            {"words": spoken},
            {"words": [*spoken[:3], {"text": "late", "start": 9, "end": 9.5}]},
            {"start": -1, "end": 0.0004, "text": "early"},
            {"segments": [], "words": spoken},
        ]))
    for odd in ["text", {}, {"text": "x"}, {"segments": 1}, {"segments": [{"start": 0, "end": 1, "text": "a"}, {"start": 0}]},
                {"words": [1]}, {"start": "0", "end": 1, "text": "x"}]:
        yield case("subtitles::SrtOutput", srt, {"include_numbers": True, "max_line_length": 0}, timed([odd]))
