"""`round` of NumPy's scalars, types of elements by their names, steps of `linspace`."""

import numpy as np


class RoundingNode:
    def process(self, values):
        a = np.array(values, dtype=np.float32)
        b = np.array(values)
        grid, step = np.linspace(0.0, float(a.max()), 5, retstep=True)
        return {
            "round": [float(round(a.max(), 2)), float(round(np.mean(b), 3)), round(a.max()), float(round(b[0], -1))],
            "each": [float(round(v, 1)) for v in a],
            "whole": round(a.argmax(), 1).item(),
            "step": round(float(step), 6),
            "grid": [round(float(v), 6) for v in grid],
            "types": [a.dtype.name, b.dtype.name, a.dtype.kind, b.dtype.itemsize, b.dtype == "int64", a.dtype == "f4", b.dtype == float],
            "same": [a.dtype == np.float32, a.dtype is np.float32, a.dtype in ("int16", "float32"), a.dtype != "float64"],
        }
