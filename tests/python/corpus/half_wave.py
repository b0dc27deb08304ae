"""Bounds of zero: of equal zeros it can be told which was taken, and a NaN stays one."""

import numpy as np


class HalfWaveNode:
    def _side(self, x):
        return np.clip(1.0 / x, -1.0, 1.0)

    def process(self, data):
        samples, rate = data
        x = -samples
        roots = np.sqrt(x)
        up = self._side(np.clip(x, 0.0, None)) + 2.0 * self._side(np.maximum(x, 0.0)) + 4.0 * self._side(np.maximum(0.0, x))
        down = self._side(x.clip(None, 0)) + 2.0 * self._side(np.minimum(samples, 0.0)) + 4.0 * self._side(np.minimum(0.0, x))
        lost = np.maximum(0.5, roots) + np.minimum(roots, 0.5) + np.clip(roots, 0.0, 0.25)
        lost = np.where(lost != lost, 3.0, lost)
        return up + 16.0 * down + 0.125 * lost, rate
