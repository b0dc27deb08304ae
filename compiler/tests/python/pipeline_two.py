from remotemedia import Pipeline
from remotemedia.nodes import PassThrough


def one():
    return Pipeline([PassThrough()])


def two():
    return Pipeline([PassThrough(), PassThrough()])
