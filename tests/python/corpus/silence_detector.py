import numpy as np

from remotemedia.core.node import Node


class SilenceDetectorNode(Node):
    def __init__(self, silence_threshold_db=-50.0, sustained_silence_ms=500, **kwargs):
        super().__init__(**kwargs)
        self.threshold_db = silence_threshold_db
        self.sustained_ms = sustained_silence_ms
        self.silence_ms = 0.0
        self.dropouts = 0
        self.reported = False

    def process(self, data):
        samples, sample_rate = data
        rms = float(np.sqrt(np.mean(np.square(samples.astype(np.float64)))))
        rms_db = 20.0 * np.log10(max(rms, 1e-6))
        is_silent = bool(rms_db < self.threshold_db)
        if is_silent:
            self.silence_ms += 1000.0 * samples.shape[-1] / sample_rate
        else:
            if self.reported:
                self.dropouts += 1
            self.silence_ms = 0.0
            self.reported = False
        sustained = self.silence_ms >= self.sustained_ms
        if sustained and not self.reported:
            self.reported = True
            self.logger.warning(f"sustained silence: {self.silence_ms:.0f} ms")
        return {
            "is_silent": is_silent,
            "rms_db": rms_db,
            "silence_duration_ms": self.silence_ms,
            "is_sustained_silence": sustained,
            "dropout_count": self.dropouts,
        }
