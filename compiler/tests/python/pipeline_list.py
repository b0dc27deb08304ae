from remotemedia.core.pipeline import Pipeline
from remotemedia.nodes.audio import Gain, Clip

nodes = [Gain(gain_db=6), Clip()]
pipeline = Pipeline(nodes, name=None)
definition = pipeline.serialize()
