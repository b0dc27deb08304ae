"""The cases of python_numpy.py: what Python nodes do with arrays, an operator or a function at a time."""

import itertools

import numpy as np

INPUTS = {
    "f": np.array([0.0, 1.5, -2.25, 3.0, -0.1, 7e-3], np.float32),
    "g": np.array([1.0, -0.5, 0.3, 2.0, 5.0, -3.0], np.float32),
    "d": np.array([0.0, 1.1, -2.2, 3.3, 1e10, -4.5]),
    "e": np.array([2.0, -1.0, 0.7, 1e-3, 3.0, 2.5]),
    "i": np.arange(-2, 4),
    "j": np.array([3, 1, -2, 2, 0, 5], np.int32),
    "s": np.array([100, -200, 32767, -32768, 0, 7], np.int16),
    "u": np.array([0, 1, 2, 200, 255, 128], np.uint8),
    "b": np.array([True, False, True, True, False, False]),
    "c": np.array([1 + 2j, -1j, 0.5, 3 - 1j, -2 - 2j, 1e-3j], np.complex64),
    "z": np.array([1 + 2j, -1j, 0.5, 3 - 1j, -2 - 2j, 1e-3j]),
    "m": np.arange(12, dtype=np.float32).reshape(3, 4) - 5,
    "n": (np.arange(24) * 5 % 7 - 3.0).reshape(2, 3, 4),
    "k": np.arange(12).reshape(3, 4),
    "x": np.array([np.nan, 1.0, np.inf, -np.inf, -0.0, 0.0], np.float32),
    "y": np.array([1e10, -1e10, 40000.0, -40000.0, 300.7, -0.9]),
    "w": np.array([3.0, np.nan, -1.0, 2.0]),
}

CASES = []


def add(text):
    CASES.extend(line.strip() for line in text.strip().splitlines() if line.strip())


NUMBERS = "f d i s u b".split()
for a, op, b in itertools.product(NUMBERS, ["+", "-", "*", "/", "//", "%", "<", "=="], NUMBERS):
    if op in "//%" and "b" in (a, b) and {a, b} == {"b"}:
        continue
    CASES.append(f"{a} {op} {b}")
for a, op, b in itertools.product(
    ["f", "d", "i", "j", "s", "u", "b", "c", "z", "np.float32(3)", "np.float64(0.1)", "np.int64(-7)", "np.uint8(200)", "np.bool_(True)"],
    ["+", "-", "*", "/", "//", "%"],
    ["2", "-3", "0.7", "True", "0", "0.0", "300", "np.float32(0.3)", "np.int16(5)"],
):
    if a in "bnp.bool_(True)" and b == "True" and op in "//%":
        continue
    if a in "cz" and op != "/" and b == "0.0":
        continue
    # Which sign a NaN has, and the bits of complex 0/0, are the machine's.
    if a in "cz" and op == "/" and b in ("0", "0.0"):
        continue
    CASES.append(("~ " if a in "cz" and op == "/" else "") + f"{a} {op} {b}")
    if not a.startswith("np."):
        CASES.append(("~ " if a in "cz" and op == "/" else "") + f"{b} {op} {a}")

# Python asks the array what it makes of a list before it.
for a, op, b in itertools.product(
    ["[1, 2]", "(1.5, 2.0, 3.0)", "[0.5]", "f"], ["==", "!=", "<", "<=", ">", ">="], ["f", "i", "np.float32(0.5)", "[1, 2]"]
):
    if "f" in (a, b) or "i" in (a, b) or b.startswith("np."):
        CASES.append(f"{a} {op} {b}")

add("""
f ** 2
f ** 2.0
i ** 2
i ** 3
i ** 2.0
i ** -1
s ** 2
u ** 2
~ d ** 3
~ np.abs(f) ** 0.5
~ np.abs(f) ** 0.3
~ g ** 3
g ** -1
e ** -1
f ** 0
f ** 1
~ 2 ** f
~ 2.0 ** d[:4]
2 ** np.abs(i)
np.float32(3) ** 2
np.int64(3) ** 2
np.int64(3) ** -1
~ c ** 2
~ z ** 3
i & 3
i | j
i ^ 5
b & (f > 0)
b | b
b ^ True
~b
~i
~u
~f
f & 1
i << 2
i >> 1
i << 70
i >> 70
u << 3
s >> 2
f << 1
-f
-i
-u
-s
-b
+f
+b
-c
-np.float32(2)
-np.uint8(3)
u > 300
u < -1
u == 300
i > 1.5
f >= 0
f != f
x == x
x < 1
x <= x
f == None
f != None
f == 'a'
f < None
f < 'a'
f == [1, 2]
f + None
f + 'a'
None + f
'a' * f
f + [1, 2, 3, 4, 5, 6]
(1, 2, 3, 4, 5, 6) - i
f + m
f - np.zeros(4)
m + np.arange(4)
m * np.arange(3)[:, None]
m[:, :1] * m[:1]
m.T + m[:, :3]
m[::-1, ::2] - m[1]
n * m
np.array(3) + 4
np.array(3.0) * f
u + 300
u + -1
np.uint8(200) + 100
np.uint8(200) + 300
np.int16(40000)
np.int64(1) / np.int64(0)
np.float64(1) / 0
np.float32(7) // np.float32(2)
np.float64(-7) % 3
np.float64(5) % 0.0
True + np.float32(1)
np.bool_(True) + np.bool_(True)
np.bool_(True) - np.bool_(True)
""")

# In place, with views and aliases.
add("""
f += 1; f
f -= g; f
f *= d; f
f /= 3; f
f //= 0.7; f
f %= 0.7; f
f **= 2; f
i += 1; i
i += 1.5; i
i /= 2; i
i *= 3; i
i //= 2; i
i %= 3; i
u += 1; u
u += 300; u
u -= i; u
b += 1; b
b &= f > 0; b
b |= True; b
s <<= 1; s
f += f[::-1]; f
f[1:] += f[:-1]; f
a = f[1:]; a += f[:-1]; f
a = f[::2]; a *= 2; f
a = f; a += 1; f
a = m.T; a += 1; m
a = m[1]; a[:] = 0; m
m += m.T[:3, :1]; m
m += np.arange(4); m
m += np.arange(3); m
m -= m.mean(axis=1, keepdims=True); m
f += m; f
m *= m[0]; m
a = np.float32(1); a += 1; a
a = np.zeros(3); a += [1, 2, 3]; a
a = m.reshape(-1); a[0] = 9; m
a = m.T.reshape(-1); a[0] = 9; m
a = m.ravel(); a[3] = 7; m
a = m.flatten(); a[3] = 7; m
a = f.copy(); a[0] = 4; f
np.add(f, 1, out=f); f
np.multiply(f, 2.0, out=g); g
np.clip(f, -1, 1, out=f); f
np.add(i, 0.5, out=i); i
np.sqrt(e, out=e); e
a = f.astype(np.float32); a[0] = 5; f
a = np.asarray(f); a[0] = 5; f
a = np.array(f); a[0] = 5; f
a = f[None, :]; a[0, 1] = 5; f
a = np.lib.stride_tricks.sliding_window_view(f, 3); f[2] = 9; a
""")

# Subscripts.
add("""
f[0]
f[-1]
f[6]
f[-7]
f[1, 2]
f['a']
f[1.0]
f[np.int64(2)]
f[1:4]
f[::-1]
f[::2]
f[4:1:-1]
f[-3:]
f[10:]
f[5:2]
f[::0]
f[None].shape
f[...]
f[..., None].shape
m[0]
m[1, 2]
m[1][2]
m[:, 1]
m[..., -1]
m[1:, ::2]
m[-1, ::-1]
m[2, 0]
m[3, 0]
m[0, 5]
m[0, 0, 0]
m[:, None, 1]
m[..., ..., 0]
n[0, :, 1]
n[..., 2]
n[1, ..., 0]
n[:, 1, 2:]
f[[0, 2, -1]]
f[[]]
f[np.array([[0, 1], [2, 3]])]
f[[7]]
f[f > 0]
f[b]
f[[True, False, True, False, False, True]]
f[np.array([True, False])]
f[[0.5]]
m[[0, 2]]
m[[0, 2], [1, 3]]
m[:, [3, 0]]
m[[0, 2], 1:3]
m[1, [0, 2]]
m[m > 0]
m[np.array([True, False, True])]
m[np.array([True, False, True]), 1]
m[:, np.array([True, False, True, False])]
m[[[0], [2]], [1, 3]]
m[[0, 1], [0, 1, 2]]
n[0, :, [1, 2]]
n[:, [0, 2], [1, 3]]
n[[0, 1], :, [1, 3]]
f[0] = 5; f
f[-1] = 2.5; f
f[6] = 1; f
f[1:3] = 7; f
f[1:3] = [8, 9]; f
f[1:3] = [1, 2, 3]; f
f[::2] = g[1::2]; f
f[::-1] = f; f
f[1:] = f[:-1]; f
f[f > 0] = 0; f
f[f > 0] *= 2; f
f[b] = [1, 2, 3]; f
f[b] = [1, 2]; f
f[[0, 2]] = 9; f
f[[0, 2]] = [8, 7]; f
f[[0, 2]] = [8, 7, 6]; f
f[...] = 3; f
f[:] = i; f
i[0] = 2.9; i
i[:2] = f[1:3]; i
u[0] = 300; u
u[0] = -1; u
m[0] = 1; m
m[:, 1] = [7, 8, 9]; m
m[1, 2] = 100; m
m[m < 0] = 0; m
m[[0, 2], [1, 3]] = 50; m
m[:, [0, 1]] = m[:, [1, 0]]; m
m[0] = m[:, 0]; m
m[1:] = np.zeros((2, 4)); m
m[None] = 2; m
b[1] = 5; b
n[0, 1] = n[1, 2]; n
""")

# Attributes, conversions, text.
add("""
f.shape
m.shape
np.float32(1).shape
f.ndim
m.size
n.nbytes
u.itemsize
f.dtype
i.dtype
m.T
n.T.shape
c.real
c.imag
f.real
f.imag
f.foo
f.tolist()
m.tolist()
i.tolist()
b.tolist()
np.float32(1.5).item()
f[:1].item()
f.item()
f.item(2)
m.item(1, 2)
len(f)
len(m)
len(np.array(3))
bool(f)
bool(f[:1])
bool(np.zeros(0))
bool(np.float32(0))
float(f)
float(np.float32(0.1))
float(np.array(2.5))
int(np.float32(3.7))
int(np.float64('nan'))
int(np.array(4))
int(np.int64(-3))
abs(f)
abs(s)
abs(c)
f.astype(np.float64)
f.astype('int16')
f.astype(int)
f.astype(float)
f.astype(bool)
f.astype('bogus')
y.astype(np.int16)
y.astype(np.int32)
y.astype(np.int64)
y.astype(np.uint8)
y.astype(np.float32)
y.astype(np.float32).astype(np.int16)
y.astype(np.float32).astype(np.int32)
y.astype(np.float32).astype(np.int64)
x.astype(np.int32)
x.astype(np.int64)
x.astype(np.int16)
x.astype(np.bool_)
(i * 100000).astype(np.int16)
(i * 100000).astype(np.uint8)
(f * 32767).astype(np.int16)
s.astype(np.float32) / 32768.0
s / 32768
i.astype(np.complex64)
np.float32(0.1)
np.float64(np.float32(0.1))
np.float32([1, 2.5])
np.float32('3.5')
np.int16(3.9)
np.int32(np.float64(1e20))
np.uint8(np.float32(3.7))
np.bool_(2)
np.int64(True)
f.reshape(2, 3)
f.reshape((3, -1))
f.reshape(-1)
f.reshape(4)
f.reshape(-1, 4)
f.reshape(-1, -1)
f.reshape(4, -1)
m.reshape(2, 6)
m.reshape(3, 2, 2)
m.T.reshape(2, 6)
m.reshape((2, 6), order='F')
m.flatten()
m.T.flatten()
m.ravel()
m.transpose()
n.transpose(2, 0, 1)
n.transpose((1, 0, 2))
n.transpose(1, 1, 0)
n.swapaxes(0, 2)
f[None].squeeze()
m[:1].squeeze(0)
m.squeeze(0)
f.fill(2); f
f.sort(); f
w.sort(); w
m.sort(axis=0); m
f.repeat(2)
f.nonzero()
m.nonzero()
f.argsort()
m.argsort(axis=0)
f.dot(g).dtype
f.clip(-1, 1)
f.clip(0)
f.round(1)
f.copy()
f.cumsum()
s.sum()
'abc'.sum()
""")

FLOATS = """
f d i j s u b x y w m m.T n k x[::-1] np.float32(0.3) np.float64(-1.5) 3 2.5 [1.5,-2.5]
""".split()
for function in "sum mean min max std var prod argmin argmax any all cumsum ptp median".split():
    for a in "f d i s u b m m.T n x w m[::-1,::-1] [1,2.5,3] np.zeros(0) np.zeros((0,3),np.float32) 5 2.5 np.float32(3)".split():
        if function == "std" and a == "b" or (function in "std var mean" and a == "x"):
            continue
        if function in ("ptp",) and a in ("b",):
            continue
        # The sign of a NaN that comes of nothing is the machine's.
        if function in ("mean", "std", "var", "median") and "zeros" in a:
            continue
        CASES.append(f"np.{function}({a})")
for function in "sum mean min max std var prod argmin argmax any all cumsum ptp median".split():
    for a, axis in itertools.product(["m", "m.T", "n", "k", "m[:, ::2]", "n[:, ::-1]", "n.T"], ["0", "1", "-1"]):
        CASES.append(f"np.{function}({a}, axis={axis})")
    if function not in ("argmin", "argmax", "cumsum"):
        CASES.append(f"np.{function}(n, axis=(0, 2))")
        CASES.append(f"np.{function}(n, axis=1, keepdims=True)")
    CASES.append(f"np.{function}(f, axis=2)")
for n in [1, 3, 7, 8, 9, 15, 16, 100, 127, 128, 129, 136, 137, 255, 256, 257, 1000, 1023, 1024, 1025, 4097, 20000]:
    CASES.append(f"wave({n}).sum()")
    CASES.append(f"wave({n}, np.float64).sum()")
    CASES.append(f"np.mean(wave({n}) ** 2)")
for n in [300, 1024, 9000]:
    for expression in [
        "wave({n}).std()", "wave({n}, np.float64).var()", "np.sqrt(np.mean(wave({n}) ** 2))", "wave({n})[::-1].sum()",
        "wave({n})[::3].sum()", "wave({n}).reshape(-1, 4).sum(axis=0)", "wave({n}).reshape(-1, 4).sum(axis=1)",
        "wave({n}).reshape(4, -1).sum(axis=0)", "wave({n}).reshape(4, -1).sum(axis=1)", "wave({n}).reshape(4, -1).T.sum()",
        "wave({n}).reshape(4, -1).T.sum(axis=0)", "wave({n}).reshape(4, -1)[:, ::2].sum()", "wave({n}).reshape(4, -1).mean(axis=1)",
        "wave({n}).reshape(4, -1).std(axis=0)[:9]", "wave({n}).reshape(2, 2, -1).sum(axis=(0, 2))", "np.abs(wave({n})).max()",
        "wave({n}).reshape(2, 2, -1).sum(axis=(0, 1))[:9]", "wave({n}).cumsum()[-5:]", "wave({n}).sum(dtype=np.float64)",
        "wave({n}).astype(np.complex64).sum()", "(wave({n}) + np.complex64(1j)).sum()", "np.prod(wave({n}) + 1)", "wave({n}).min()",
        "wave({n}).argmax()", "np.var(wave({n}), ddof=1)", "np.median(wave({n}))", "np.percentile(wave({n}), 95)",
        "np.percentile(wave({n}), [5, 50, 97.5])", "np.sort(wave({n}))[:7]", "(wave({n}) * 100).astype(np.int16).sum()",
        "(wave({n}) * 100).astype(np.int16).mean()", "(wave({n}) * 100).astype(np.int16).std()",
    ]:
        CASES.append(expression.format(n=n))
add("""
f.sum(axis=2)
f.sum(axis=-2)
m.sum(axis=(0, 0))
m.sum(axis=(0, 1))
f.sum(dtype=np.float64)
i.sum(dtype=np.float32)
np.sum(np.array([-0.0]))
np.max(np.array([]))
np.min(np.zeros((0, 3)), axis=0)
np.argmax(np.array([]))
np.max(np.array([]), initial=0)
f.max(initial=10)
f.argmax(keepdims=True)
m.argmax(axis=1, keepdims=True)
np.var(f, ddof=1)
np.std(m, axis=1, ddof=1)
c.sum()
c.mean()
~ c.var()
~ z.std()
np.count_nonzero(f)
np.count_nonzero(m > 0, axis=1)
np.average(f)
np.average(d[:3], weights=[1, 2, 3])
np.cumsum(m, axis=1)
np.cumprod(e)
np.percentile(f, 50)
np.percentile(f, [25, 50])
np.percentile(i, 30)
np.percentile(m, 10, axis=1)
np.quantile(d, 0.9)
np.quantile(m, [0.1, 0.5], axis=0)
np.percentile(f, 101)
np.percentile(w, 50)
np.median(m, axis=0, keepdims=True)
""")

# Functions of every element.
for function in "abs sign square floor ceil trunc isnan isinf isfinite negative rint sqrt fabs logical_not signbit deg2rad".split():
    for a in FLOATS + ["c"] * (function in ("abs", "square", "isnan", "negative", "isfinite")):
        # NumPy computes them in float16.
        if function in ("sqrt", "deg2rad") and a in "ub":
            continue
        CASES.append(("~ " if a == "c" and function in ("abs",) else "") + f"np.{function}({a})")
for function in "exp exp2 expm1 log log2 log10 log1p sin cos tan tanh sinh cosh arctan cbrt".split():
    for a in ["f", "e", "np.abs(g)", "np.abs(d[:4])", "i", "j", "np.float32(0.3)", "2", "0.5", "wave(40)", "wave(40, np.float64)"]:
        if function in ("log", "log2", "log10") and "wave" in a:
            a = f"np.abs({a})"
        if function in ("log", "log2", "log10", "log1p") and a in ("f", "e", "i", "j"):
            continue
        CASES.append(f"~ np.{function}({a})")
add("""
~ np.log(0.0)
~ np.log10(np.float32(0))
~ np.arcsin(wave(20))
~ np.arccos(wave(20, np.float64))
~ np.arctan2(f, g)
~ np.arctan2(d, e)
~ np.arctan2(1, -1)
~ np.hypot(f, g)
~ np.hypot(3, 4)
~ np.hypot(d, e)
~ np.power(np.abs(f), 0.3)
np.power(i, 2)
np.power(f, 2)
np.power(2, i)
np.maximum(f, g)
np.minimum(f, 0)
np.maximum(x, 0)
np.minimum(x, x[::-1])
np.maximum(i, 1.5)
np.maximum(f, [1, 2])
np.maximum(u, 3)
np.add(f, 1)
np.subtract(f, d)
np.multiply(i, 2.5)
np.divide(i, 2)
np.mod(-5, 3)
np.mod(-5.5, 3)
np.remainder(f, 0.7)
np.fmod(-5, 3)
np.fmod(f, 0.7)
np.fmod(i, 2)
np.clip(f, -1, 1)
np.clip(f, None, 1)
np.clip(f, 0, None)
np.clip(f)
np.clip(i, 0, 2)
np.clip(i, 0.5, 2)
np.clip(s, -1000, 1000)
np.clip(s, -40000, 40000)
np.clip(u, -5, 100)
np.clip(f, g, 2)
np.clip(f, np.float64(-1), 1)
np.clip(x, -1, 1)
np.clip(2.5, 0, 1)
np.clip(5, 0, 3)
np.clip(np.float32(3), -1, 1)
np.clip([1, 5], 2, 3)
np.clip(m, m[0], 3)
np.where(f > 0, f, 0)
np.where(f > 0, f, 0.0)
np.where(b, i, 0.5)
np.where(b, 1, 0)
np.where(b, f, d)
np.where(b)
np.where(m > 0, m, -m)
np.where(True, 1.0, f)
np.where(np.float32(1) > 0, 1, 2)
np.where(m[:, :1] > 0, m, 0)
np.where(b, f, [1, 2])
np.round(2.5)
np.round(f, 1)
np.round(d, 2)
np.round(i)
np.round(k, -1)
np.round(np.float32(0.125), 2)
np.nan_to_num(x)
np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=-2.0)
np.nan_to_num(w)
np.nan_to_num(np.float32('inf'))
np.isclose(f, f + 1e-6)
np.isclose(1.0, 1.0 + 1e-9)
np.isclose(x, x, equal_nan=True)
np.allclose(f, f * 1.001)
np.allclose(d, d)
np.array_equal(f, f)
np.array_equal(f, g)
np.array_equal(f, m)
np.array_equal(i, [-2, -1, 0, 1, 2, 3])
np.real(c)
np.imag(z)
np.imag(f)
np.real(3)
np.conj(c)
~ np.angle(z)
~ np.angle(c)
~ np.angle(1.0)
np.deg2rad(180)
np.rad2deg(f)
~ np.exp(z)
~ np.abs(z)
np.copysign(f, -1)
np.logical_and(b, f)
np.logical_or(b, i)
np.logical_xor(b, True)
np.equal(f, 0)
np.less_equal(i, j)
np.floor_divide(i, 2)
np.bitwise_and(i, 1)
np.sqrt(-1.0) != 0
np.sqrt(None)
np.abs('a')
np.isnan(None)
""")

# Arrays made, joined and rearranged.
add("""
np.zeros(3)
np.zeros((2, 3), dtype=np.float32)
np.zeros(-1)
np.zeros(2, dtype='f4')
np.zeros(2.5)
np.ones(3, np.int16)
np.empty(0)
np.full(3, 2)
np.full((2, 2), 1.5, dtype=np.float32)
np.full(3, np.float32(2))
np.full(2, True)
np.zeros_like(m)
np.ones_like(i)
np.zeros_like(f, dtype=np.int32)
np.full_like(i, 2.7)
np.full_like(f, 0.1)
np.arange(5)
np.arange(1, 10, 3)
np.arange(0, 1, 0.1)
np.arange(10, 0, -3)
np.arange(3.0)
np.arange(5, dtype=np.float32)
np.arange(0, 2, 0.3, dtype=np.float32)
np.arange(5, 1)
np.arange(np.float32(3))
np.linspace(0, 1, 5)
np.linspace(0, 1, 7)
np.linspace(-1, 1, 11, endpoint=False)
np.linspace(0, 1, 5, dtype=np.float32)
np.linspace(2, 2, 3)
np.linspace(0, 10, 1)
np.linspace(0, 10, 0)
np.linspace(0, 10, 4, dtype=int)
np.linspace(np.float32(0), np.float32(1), 7)
np.linspace(0, 1, 3, retstep=True)
np.linspace(0, 1, -1)
~ np.logspace(0, 3, 7)
~ np.logspace(0, 3, 4, base=2.0)
~ np.geomspace(20, 20000, 5)
np.eye(2)
np.eye(2, 3, 1)
np.identity(2)
np.array([1, 2.5, True])
np.array([True, 2])
np.array([[1, 2], [3, 4]])
np.array([[1, 2], [3]])
np.array([f, g])
np.array([np.float32(1), 2.0])
np.array([np.float32(1), np.float32(2)])
np.array([])
np.array([[]])
np.array(3)
np.array([1, 2], dtype=np.float32)
np.array([300], dtype=np.uint8)
np.array([1.7, 2.2], dtype=int)
np.array((1, 2))
np.asarray([1, 2], dtype='float32')
np.asarray(f)
np.ascontiguousarray(m.T)
np.atleast_1d(3)
np.atleast_2d(f)
np.atleast_2d(3.0)
np.expand_dims(f, 0)
np.expand_dims(f, -1).shape
np.expand_dims(f, 5)
np.squeeze(m[None])
np.concatenate([f, g])
np.concatenate([f, i])
np.concatenate((m, m[:1]))
np.concatenate([m, m], axis=1)
np.concatenate([m, m], axis=None)
np.concatenate([f, m])
np.concatenate([m, m[:, :2]])
np.concatenate([])
np.stack([f, g])
np.stack([f, g], axis=1)
np.stack([f, i[:3]])
np.vstack([f, g])
np.vstack([m, m[0]])
np.vstack([f, i[:3]])
np.hstack([f, 1, g])
np.hstack([m, m])
np.column_stack([f, g])
np.append(f, 1)
np.append(f, [1.0, 2.0])
np.split(f, 3)
np.split(f, 4)
np.split(f, [2, 5])
np.array_split(f, 4)
np.split(m, 2, axis=1)
np.tile(f, 2)
np.tile(m, (2, 1))
np.tile(f, (2, 1))
np.repeat(f, 2)
np.repeat(m, 2, axis=1)
np.repeat(f, [1, 2, 0, 1, 0, 3])
np.repeat(f, [1, 2])
np.roll(f, 2)
np.roll(f, -1)
np.roll(m, 1)
np.roll(m, 1, axis=1)
np.flip(f)
np.flip(m)
np.flip(m, 0)
np.flip(m, axis=1)
np.fliplr(m)
np.pad(f, 2)
np.pad(f, (1, 2))
np.pad(f, (0, 3), mode='constant', constant_values=1.5)
np.pad(f, (2, 2), mode='edge')
np.pad(f, (3, 3), mode='reflect')
np.pad(f, 2, 'symmetric')
np.pad(f, 2, 'wrap')
np.pad(m, ((0, 0), (1, 2)))
np.pad(m, ((1, 0), (0, 1)), mode='edge')
np.pad(f, -1)
np.reshape(f, (2, 3))
np.ravel(m)
np.transpose(m)
np.transpose(n, (2, 0, 1))
np.transpose(m, (1, 1))
np.moveaxis(n, 0, 2)
np.swapaxes(n, 0, 1)
np.broadcast_to(f, (2, 6))
np.broadcast_to(f, (2, 5))
np.take(f, [1, 2])
np.take(m, [0, 2], axis=1)
np.lib.stride_tricks.sliding_window_view(f, 3)
np.lib.stride_tricks.sliding_window_view(f, 9)
np.lib.stride_tricks.sliding_window_view(m, 2, axis=1)
np.diag(f[:3])
np.diag(m)
np.diag(m, 1)
np.shape(m)
np.ndim(m)
np.size(m)
""")

# Signals.
add("""
np.diff(f)
np.diff(m)
np.diff(m, axis=0)
np.diff(f, n=2)
np.diff(b)
np.diff(f, prepend=0)
np.diff(i, append=[9])
~ np.gradient(d)
np.trapezoid(e)
^ np.dot(f, g)
^ np.dot(m, m.T)
np.dot(k, k.T)
^ np.dot(n, m.T)
np.dot(m, m)
np.dot(f, 2)
^ np.inner(f, g)
np.outer(f, g)
^ m @ m.T
m @ f[:4]
f[:4] @ m.T
k @ k.T
n @ m.T
m @ np.zeros(2)
f @ 3
i @ i
^ np.matmul(n, n.transpose(0, 2, 1))
^ np.vdot(z, z)
^ np.convolve(f, [1, 2, 3])
^ np.convolve(f, g, mode='same')
^ np.convolve(f, g[:2], mode='valid')
^ np.convolve(f[:2], g, 'same')
^ np.convolve(d[:4], e)
np.convolve(i, [1, 1])
np.convolve(f, [])
np.convolve(f, g, mode='bogus')
^ np.correlate(f, g)
^ np.correlate(f, g, 'full')
^ np.correlate(f, g[:3], 'same')
^ np.correlate(f[:2], g, 'full')
^ np.correlate(f[:2], g, 'same')
^ np.correlate(f[:3], g, 'same')
^ np.correlate(z, c, 'full')
^ np.convolve(wave(200), wave(50))
np.interp(1.5, [0, 1, 2], [0, 10, 20])
np.interp([-1, 0.5, 1, 2, 3], [0, 1, 2], [0, 10, 40])
np.interp(f, [-3, 0, 3], [1, 2, 3])
np.interp([-1, 5], [0, 1], [3, 4], left=-9, right=9)
np.interp(w, [0, 1, 2], [0, 10, 20])
np.interp(1, [0, 1], [1])
~ np.interp([1, 6, 7.5], [0, 2, 4], [1, 2, 3], period=6)
np.unwrap(d[:4] * 3)
np.unwrap(f * 5)
np.unwrap(m, axis=0)
np.unwrap(m * 2, period=5.0)
np.polyval([1, 2], 3)
np.polyval([1.0, 2, 3], f)
np.polyval([1, -2], i)
np.sort(f)
np.sort(w)
np.sort(m, axis=0)
np.sort(n, axis=None)
np.sort([3, 1, 2])
np.argsort(-f)
np.argsort(w)
np.nonzero(f)
np.nonzero(m)
np.flatnonzero(f)
np.argwhere(m > 4)
np.unique([3, 1, 1])
np.unique(f)
np.unique([3, 1, 1, 2], return_counts=True)
np.unique([3, 1, 1, 2], return_index=True, return_inverse=True)
np.searchsorted(np.sort(f), 1.0)
np.searchsorted([1, 2, 2, 3], [2, 0, 5])
np.searchsorted([1, 2, 2, 3], 2, side='right')
np.digitize(f, [-1, 0, 2])
np.digitize(f, [2, 0, -1])
np.digitize(f, [-1, 0, 2], right=True)
np.histogram(f, 3)
np.histogram(d, bins=4, range=(-3, 3))
np.histogram(i, bins=[0, 1, 2])
np.histogram(i, 5)
np.histogram(e, 4, density=True)
np.bincount([0, 1, 1, 3])
~ np.hanning(7)
~ np.hanning(8)
np.hanning(1)
np.hanning(0)
^ np.hamming(9)
^ np.blackman(8)
~ np.bartlett(6)
~ np.kaiser(5, 14)
* np.kaiser(16, 8.6)
~ np.kaiser(4, 0)
^ np.fft.rfft(f)
^ np.fft.rfft(d[:4])
^ np.fft.rfft(i)
^ np.fft.rfft(f, 4)
^ np.fft.rfft(f, 9)
^ np.fft.rfft(m, axis=0)
^ np.fft.rfft(m)
^ np.fft.rfft(f, norm='ortho')
^ np.fft.irfft(np.fft.rfft(f))
^ np.fft.irfft(np.fft.rfft(d[:5]), 5)
^ np.fft.irfft(c)
^ np.fft.irfft(z, 7)
^ np.fft.fft(f)
^ np.fft.fft(z)
^ np.fft.fft(c, 4)
^ np.fft.ifft(z)
^ np.fft.ifft(np.fft.fft(f))
np.fft.rfftfreq(8, 0.1)
np.fft.rfftfreq(7)
np.fft.fftfreq(8)
np.fft.fftfreq(7, 0.5)
np.fft.fftshift(i)
np.fft.ifftshift(f[:5])
np.fft.rfft(np.zeros(0))
np.fft.rfft(f, 0)
""")
for n in [1, 2, 3, 5, 7, 11, 13, 17, 30, 34, 48, 97, 100, 128, 210, 211, 256]:
    CASES.append(f"^ np.fft.rfft(wave({n}))")
    CASES.append(f"* np.fft.rfft(wave({n}, np.float64))")
    CASES.append(f"* np.fft.fft(wave({n}, np.float64))")
    if n > 1:
        CASES.append(f"* np.fft.irfft(np.fft.rfft(wave({n}, np.float64)), {n})")

# Text.
for a in """
f d i s u b c z m n k x y w f[:1] f[:0] m[:0] np.array(3.5) np.array(2) np.arange(30) np.arange(30)/7 wave(30) wave(1200) np.arange(1200)
np.arange(2000.).reshape(2,1000) np.zeros((2,2)) np.zeros((1,1,2)) np.array([1e-5,1.0]) np.array([1e8,1.0]) np.array([123456.789,1.0])
np.array([1e6],np.float32) np.array([0.1,0.2,0.3]) np.array([1/3,2/3]) np.array([1e300,1e-300]) np.array([100.0,0.25]) (m>0) (f>0)
np.float32(0.1) np.float32(1e20) np.float32(1e-5) np.float64(0.1) np.float64(1e16) np.float64(1e22) np.float64(123456789.0) np.int16(-3)
np.bool_(True) np.complex64(c[0]) np.complex128(z[1]) np.float64('nan') np.float32('inf') np.float32(3) np.uint8(7) np.arange(3.0)
np.array([np.nan,1.0]) np.array([-np.inf,1.5]) np.array([True]) np.full(3,-0.0) np.linspace(0,1,9) np.arange(100).reshape(4,25)
""".split():
    CASES.append(f"repr({a})")
    CASES.append(f"str({a})")
