"""A family of classes in one file: parameters that are handed on, methods that are overridden and called by `super()`."""

from abc import ABC, abstractmethod

from remotemedia.core.node import Node

LIMIT = 8


class Effect(Node, ABC):
    label = "effect"
    scale = 1.0

    def __init__(self, level=0.5, history=4, **kwargs):
        super().__init__(**kwargs)
        self.level = level
        self.history = min(history, LIMIT)
        self.recent = []

    @abstractmethod
    def apply(self, value):
        """What an effect does."""

    @property
    def size(self):
        return len(self.recent)

    def remember(self, value):
        self.recent.append(value)
        if len(self.recent) > self.history:
            self.recent.pop(0)

    def describe(self):
        return f"{self.label} x{self.scale}"

    def process(self, message):
        value = self.apply(message["value"])
        self.remember(value)
        return {"value": value, "by": self.describe(), "size": self.size}


class Drive(Effect):
    scale = 2.0

    def __init__(self, drive=3, **kwargs):
        super().__init__(level=0.25, **kwargs)
        self.drive = drive

    def apply(self, value):
        return self.level * self.drive * value

    def describe(self):
        return "drive, " + super().describe()


class SoftDrive(Drive):
    label = "soft"

    def __init__(self, softness=0.5, **kwargs):
        super(SoftDrive, self).__init__(**kwargs)
        self.softness = softness
        self.calls = 0

    def apply(self, value):
        driven = super().apply(value)
        return driven / (1 + self.softness * abs(driven))

    def remember(self, value):
        self.calls += 1
        super().remember(round(value, 3))

    def process(self, message):
        if message["value"] == 0:
            return None
        result = super().process(message)
        result["recent"] = list(self.recent)
        result["calls"] = self.calls
        return result
