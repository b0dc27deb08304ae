# set: factor=2
from remotemedia import Pipeline
from remotemedia.nodes import PassThrough

pipeline = Pipeline([PassThrough()])
