"""Differences with what stands before, of wider types; guards by the name of a type."""

import numpy as np


class DifferencesNode:
    def process(self, data):
        samples, rate = data
        if samples.dtype != "float32":
            samples = samples.astype("float32") / 32768
        steps = np.diff(samples[0], prepend=0)
        inner = np.diff(samples[0], prepend=samples[0][0])
        ends = np.diff(samples, prepend=0.0, append=0, axis=1)
        names = [steps.dtype.name, inner.dtype.name, ends.dtype.name]
        return {"names": names, "steps": steps.tolist()[:3], "inner": inner.tolist()[:3], "ends": ends.shape, "last": ends[0, -1].item()}
