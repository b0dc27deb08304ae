import numpy as np

from remotemedia.core.node import Node


class SpectralCentroidNode(Node):
    def process(self, data):
        samples, sample_rate = data
        mono = np.mean(samples, axis=0)
        spectrum = np.abs(np.fft.rfft(mono))
        freqs = np.fft.rfftfreq(len(mono), 1.0 / sample_rate)
        total = np.sum(spectrum)
        if total == 0:
            return {"centroid": 0.0, "spread": 0.0}
        centroid = np.sum(freqs * spectrum) / total
        spread = np.sqrt(np.sum((freqs - centroid) ** 2 * spectrum) / total)
        return {"centroid": float(centroid), "spread": float(spread), "bins": len(spectrum)}
