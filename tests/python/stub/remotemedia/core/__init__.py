"""The part of the package that nodes import from."""
