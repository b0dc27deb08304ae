import abc
import math

from remotemedia.core.node import Node


class Shape(abc.ABC):
    registry = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Shape.registry[cls.__name__.lower()] = cls

    @abc.abstractmethod
    def area(self):
        ...

    def describe(self):
        return f"{type(self).__name__} of {self.area():.3f}"

    def __lt__(self, other):
        return self.area() < other.area()


class Circle(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return math.pi * self.r**2


class Rectangle(Shape):
    def __init__(self, w, h):
        self.w, self.h = w, h

    def area(self):
        return self.w * self.h


class Square(Rectangle):
    def __init__(self, side):
        super().__init__(side, side)

    def describe(self):
        return "Perfect " + super().describe()


class ShapeNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.shapes = []

    def process(self, data):
        kind = data.pop("kind")
        if kind not in Shape.registry:
            return {"error": kind, "known": sorted(Shape.registry)}
        self.shapes.append(Shape.registry[kind](**data))
        return {
            "area": self.shapes[-1].area(),
            "text": self.shapes[-1].describe(),
            "largest": max(self.shapes).describe(),
            "lineage": [c.__name__ for c in type(self.shapes[-1]).__mro__],
        }
