"""Stands in for the installed package: all that a node of the corpus needs of it."""

from .core.node import Node

__all__ = ["Node"]
