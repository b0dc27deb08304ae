"""The base class of nodes."""

import logging


class Node:
    """What a node derives from: a name, the parameters it did not take itself, a logger. Every hook does nothing."""

    is_streaming = False

    def __init__(self, name=None, **kwargs):
        self.name = name or type(self).__name__
        self.config = kwargs
        self.logger = logging.getLogger(f"remotemedia.{type(self).__name__}")

    def initialize(self):
        """Called once, before the first input."""

    def cleanup(self):
        """Called once, after the last output, also where the node failed."""
