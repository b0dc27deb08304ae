#!/usr/bin/env bash
# Makes speech.wav anew: two voices by espeak-ng, left and right, with what a real recording has: hum, a noise floor, a clipped
# word, a dropout. Needs espeak-ng, sox and Python with NumPy.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
espeak-ng -v en-gb -s 165 -w "$work/a.wav" "Good morning. Can you hear me now?"
espeak-ng -v en-us+f3 -s 175 -w "$work/b.wav" "Yes. Loud and clear."
for voice in a b; do sox "$work/$voice.wav" -r 48000 -b 32 -e floating-point "$work/$voice.f32.wav"; done
python3 - "$work" <<'PY'
import sys, struct, wave
import numpy as np
def read(path):
    raw = open(path, 'rb').read()
    at = raw.index(b'data') + 8
    return np.frombuffer(raw[at:at + (len(raw) - at) // 4 * 4], '<f4').astype(float)
rate, seconds = 48000, 5.5
n = int(rate * seconds)
rng = np.random.default_rng(7)
a, b = (read(f'{sys.argv[1]}/{v}.f32.wav') for v in 'ab')
a, b = 0.5 * a / abs(a).max(), 0.4 * b / abs(b).max()
left, right = np.zeros(n), np.zeros(n)
def put(voice, start, l, r):
    end = min(n, start + len(voice)); part = voice[:end - start]
    left[start:end] += l * part; right[start:end] += r * part
put(a, int(0.3 * rate), 0.8, 0.35)
put(b, int(3.4 * rate), 0.35, 0.8)
loudest = int(abs(left[:2 * rate]).argmax())
word = slice(loudest - rate // 8, loudest + rate // 8)
left[word] = np.clip(left[word] * 6, -1, 1)
t = np.arange(n) / rate
hum = 0.01 * np.sin(2 * np.pi * 50 * t)
out = np.stack([left + hum, right + hum]) + rng.normal(0, 0.0008, (2, n))
gap = slice(int(2.6 * rate), int(3.3 * rate))
out[:, gap] = 0
pcm = np.clip(np.round(out.T * 32767), -32768, 32767).astype('<i2')
with wave.open('speech.wav', 'wb') as w:
    w.setnchannels(2); w.setsampwidth(2); w.setframerate(rate); w.writeframes(pcm.tobytes())
PY
