"""The peers that run in Python: `python_peers.py scipy|numba|python WORKLOAD INPUT OUTPUT` prints `seconds frames`.

The signal is in memory before the clock starts. SciPy is called on whole arrays, and NumPy for W2 on blocks that stay in the
caches, which is its best form; Numba compiles one fused loop before the clock starts; plain Python does what one would write without
packages, on the first quarter of a second.
"""

import sys
import time

import numpy as np
from scipy import fft, signal

from graph import FILTERS, Workload, log_mel, section, taps

SHORT = 12000


def sections(workload):
    return [np.concatenate(section(n)) for n in workload.nodes if n.type in FILTERS]


def gains(workload):
    return [n.params["gain"] for n in workload.nodes if n.type == "Gain"]


def words(x):
    return np.rint(np.clip(x * 32767, -32768, 32767)).astype("<i2")


def scipy_peer(workload, x):
    sos = np.array(sections(workload)) if sections(workload) else None
    if workload.name == "W1":
        h = taps()

        def run():
            mono = signal.sosfilt(sos, x.mean(axis=1))
            return words(signal.upfirdn(h, np.clip(mono * 2.5, -1, 1), down=3))

    elif workload.name == "W2":

        def run():
            y = np.empty(len(x), "f4")
            for first in range(0, len(x), 8192):
                part = y[first : first + 8192]
                source = x[first : first + 8192, 0]
                for gain in gains(workload):
                    np.multiply(source, np.float32(gain), out=part)
                    source = np.clip(part, -1, 1, out=part)
            return y

    elif workload.name == "W3":

        def run():
            return signal.sosfilt(sos, x, axis=0)

    elif workload.name == "W4":

        def run():
            return sum(signal.sosfilt(s[None], x[:, 0]) for s in sos)

    elif workload.name == "W5":
        window = signal.windows.hann(400, sym=False).astype("f4")
        bank = log_mel.mel_filters(16000, 400, 80).astype("f4").T.copy()

        def run():
            frames = np.lib.stride_tricks.sliding_window_view(np.pad(x[:, 0], 200, mode="reflect"), 400)[:-1:160]
            spectra = fft.rfft(frames * window)
            return np.log10(np.maximum((spectra.real**2 + spectra.imag**2) @ bank, np.float32(1e-10)))

    else:

        def run():
            y = x[:, 0]
            for stage in range(8):
                y = sum(g * signal.sosfilt(s[None], y) for g, s in zip(gains(workload)[3 * stage :], sos[3 * stage :][:3]))
                y = np.clip(y, -1, 1)
            return y

    return run, len(x)


def numba_peer(workload, x):
    import numba

    jit = numba.njit(cache=True, fastmath=True)
    sos = np.array(sections(workload), "f4") if sections(workload) else None
    factors = np.array(gains(workload), "f4")
    kernel, arguments = {
        "W1": (voice, (x, sos[0] if sos is not None else None, taps().astype("f4"))),
        "W2": (elementwise, (x[:, 0].copy(), tuple(factors))),
        "W3": (cascade, (x, sos)),
        "W4": (branches, (x[:, 0].copy(), sos)),
        "W6": (stages, (x[:, 0].copy(), sos, factors)),
    }[workload.name]
    kernel = jit(kernel)
    kernel(*(a[:64] if i == 0 else a for i, a in enumerate(arguments)))
    return lambda: kernel(*arguments), len(x)


def voice(x, s, h):
    out = np.empty(len(x) // 3, np.int16)
    ring = np.zeros(384, np.float32)
    s1 = s2 = np.float32(0)
    place = 0
    for n in range(len(x)):
        v = (x[n, 0] + x[n, 1]) * np.float32(0.5)
        y = s[0] * v + s1
        s1 = s[1] * v - s[4] * y + s2
        s2 = s[2] * v - s[5] * y
        y *= np.float32(2.5)
        y = np.float32(1) if y > 1 else np.float32(-1) if y < -1 else y
        ring[place] = ring[place + 192] = y
        place = 0 if place == 191 else place + 1
        if n % 3 == 2:
            z = np.float32(0)
            for k in range(192):
                z += ring[place + k] * h[k]
            z = min(max(z * np.float32(32767), np.float32(-32768)), np.float32(32767))
            out[n // 3] = np.int16(np.rint(z))
    return out


def elementwise(x, gains):
    y = np.empty_like(x)
    low, high = np.float32(-1), np.float32(1)
    a, b, c, d, e = gains
    for n in range(len(x)):
        v = min(max(x[n] * a, low), high)
        v = min(max(v * b, low), high)
        v = min(max(v * c, low), high)
        v = min(max(v * d, low), high)
        y[n] = min(max(v * e, low), high)
    return y


def cascade(x, sos):
    out = np.empty_like(x)
    state = np.zeros((len(sos), 4), np.float32)
    for n in range(len(x)):
        left, right = x[n, 0], x[n, 1]
        for i in range(len(sos)):
            s, m = sos[i], state[i]
            y = s[0] * left + m[0]
            m[0] = s[1] * left - s[4] * y + m[1]
            m[1] = s[2] * left - s[5] * y
            z = s[0] * right + m[2]
            m[2] = s[1] * right - s[4] * z + m[3]
            m[3] = s[2] * right - s[5] * z
            left, right = y, z
        out[n, 0], out[n, 1] = left, right
    return out


def branches(x, sos):
    out = np.empty_like(x)
    state = np.zeros((len(sos), 2), np.float32)
    for n in range(len(x)):
        total = np.float32(0)
        for i in range(len(sos)):
            s, m = sos[i], state[i]
            y = s[0] * x[n] + m[0]
            m[0] = s[1] * x[n] - s[4] * y + m[1]
            m[1] = s[2] * x[n] - s[5] * y
            total += y
        out[n] = total
    return out


def stages(x, sos, gains):
    out = np.empty_like(x)
    state = np.zeros((len(sos), 2), np.float32)
    for n in range(len(x)):
        v = x[n]
        for stage in range(len(sos) // 3):
            total = np.float32(0)
            for i in range(3 * stage, 3 * stage + 3):
                s, m = sos[i], state[i]
                y = s[0] * v + m[0]
                m[0] = s[1] * v - s[4] * y + m[1]
                m[1] = s[2] * v - s[5] * y
                total += y * gains[i]
            v = np.float32(1) if total > 1 else np.float32(-1) if total < -1 else total
        out[n] = v
    return out


class Biquad:
    def __init__(self, s):
        self.b0, self.b1, self.b2, _, self.a1, self.a2 = map(float, s)
        self.s1 = self.s2 = 0.0

    def step(self, x):
        y = self.b0 * x + self.s1
        self.s1 = self.b1 * x - self.a1 * y + self.s2
        self.s2 = self.b2 * x - self.a2 * y
        return y


def python_peer(workload, x):
    frames = x[:SHORT].tolist()
    filters = [Biquad(s) for s in sections(workload)]
    factors = gains(workload)
    coefficients = taps().tolist()

    def clip(v):
        return -1.0 if v < -1.0 else 1.0 if v > 1.0 else v

    def one():
        ring = [0.0] * 192
        out = []
        for n, (left, right) in enumerate(frames):
            ring.append(clip(filters[0].step((left + right) * 0.5) * 2.5))
            if n % 3 == 2:
                y = sum(map(float.__mul__, ring[-192:], coefficients))
                out.append(round(max(-32768.0, min(32767.0, y * 32767.0))))
        return out

    def two():
        out = []
        for (v,) in frames:
            for gain in factors:
                v = clip(v * gain)
            out.append(v)
        return out

    def three():
        others = [Biquad(s) for s in sections(workload)]
        out = []
        for left, right in frames:
            for a, b in zip(filters, others):
                left, right = a.step(left), b.step(right)
            out += (left, right)
        return out

    def four():
        return [sum(f.step(v) for f in filters) for (v,) in frames]

    def six():
        groups = [list(zip(filters[i : i + 3], factors[i : i + 3])) for i in range(0, len(filters), 3)]
        out = []
        for (v,) in frames:
            for group in groups:
                v = clip(sum(f.step(v) * gain for f, gain in group))
            out.append(v)
        return out

    return {"W1": one, "W2": two, "W3": three, "W4": four, "W6": six}[workload.name], len(frames)


def main():
    peer, name, source, target = sys.argv[1:]
    workload = Workload(name)
    x = np.fromfile(source, "<f4").reshape(-1, workload.channels)
    run, count = {"scipy": scipy_peer, "numba": numba_peer, "python": python_peer}[peer](workload, x)
    start = time.perf_counter()
    y = run()
    seconds = time.perf_counter() - start
    np.asarray(y).astype("<i2" if workload.words else "<f4").tofile(target)
    print(f"{seconds:.9f} {count}")


if __name__ == "__main__":
    main()
