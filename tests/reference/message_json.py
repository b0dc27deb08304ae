"""JSON texts: what they mean, how they are written, which are none."""

import json
import random
import struct


def bits(x):
    return struct.pack(">d", x).hex()


FLOATS = """0.1 0.2 0.3 1e16 1e15 123456789012345678 1e22 1e23 9007199254740993.0 9007199254740992.5 2.2250738585072011e-308
2.2250738585072014e-308 4.9e-324 2.4703282292062327e-324 2.4703282292062328e-324 1.7976931348623157e308 1.7976931348623158e308
5e-324 1e-400 0e999 -0.0 -1e-5 1e-5 1e-7 123e-10 1.00000000000000011102230246251565 1.00000000000000011102230246251566
0.500000000000000166533453693773481063544750213623046875 3.518437208883201171875e13 62.5364939768271845828 8.10109172351e-10
1.50000000000000011102230246251565 6929495644600919.5 3.7455744005952583e15 179769313486231580793728971405303e276
1E5 1e+5 1E-05 12345678901234567890 -9223372036854775809 18446744073709551616 1e308 0.00000000000000000000000000000000000000001
""".split()

TEXTS = [
    "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", '""', "[]", "{}", " [ 1 , 2 ] ",
    '{"a":1,"b":{"c":[null,true]}}', '{"b":1,"a":2,"b":3}', '"\\u00e9\\ud83d\\ude00\\"\\\\\\/\\n\\r\\t\\u0000"',
    '"\u2028\u2029\x7f\u0080"', '{"":{"":""}}', "[[[[[[[[[[]]]]]]]]]]", "\t\n\r 1 \n",
]

WRONG = [
    "", "nul", "[1,]", "{'a':1}", '{"a":1,}', "01", "1.", ".5", "+1", "1e", "--1", "NaN", "Infinity", "-Infinity", "1e400",
    "-1e309", "1.7976931348623159e308", '"', '"\\x"', '"\\ud800"', '"\\udc00x"', '"\\ud800\\u0041"', '"\x01"', '"\n"', "[1 2]",
    "1 2", "{1:2}", "[" * 500, "[" * 200 + "]" * 200, "{\"a\":" * 200, "tru", "//", "\ufeff1", "[\"a\"", "\u00a01",
]


def cases():
    """{"text", "json"} with what a text says and how it is written again; {"text", "float"} with the bits of a number;
    {"text", "wrong"}; {"string", "json"} with a string by its code points."""
    for text in TEXTS:
        yield {"text": text, "json": json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)}
    for text in FLOATS + [f"-{t}" for t in FLOATS if t[0] != "-"]:
        yield {"text": text, "float": bits(float(text))}
    for _ in range(150):
        sign, exponent, mantissa = random.getrandbits(1), random.randint(0, 2046), random.getrandbits(52)
        x = struct.unpack(">d", struct.pack(">Q", sign << 63 | exponent << 52 | mantissa))[0]
        # The shortest digits, too many digits, and the middle between two floats, a bit above and below.
        middle = abs(x) + (struct.unpack(">d", struct.pack(">Q", exponent << 52 | mantissa + 1 if mantissa + 1 < 2**52 else exponent << 52 | mantissa))[0] - abs(x)) / 2
        for text in [repr(x) if "." in repr(x) or "e" in repr(x) else repr(x) + ".0", f"{x:.25e}", f"{middle:.20e}"]:
            if abs(float(text)) < 1.7e308:
                yield {"text": text, "float": bits(float(text))}
    for text in WRONG:
        yield {"text": text, "wrong": True}
    # Python writes \b and \f for U+0008 and U+000C, where others write \u0008 and \u000c: both are right.
    strings = [chr(c) for c in [*range(0x80), 0x7F, 0x80, 0xA0, 0xAD, 0x2028, 0x2029, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF]]
    strings += ["".join(random.choices(strings, k=12)) for _ in range(50)]
    for string in strings:
        if "\b" not in string and "\f" not in string:
            yield {"string": [ord(c) for c in string], "json": json.dumps(string, ensure_ascii=False)}
