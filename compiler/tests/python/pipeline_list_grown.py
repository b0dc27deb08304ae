from remotemedia import Pipeline
from remotemedia.nodes import Clip, Gain

nodes = [Gain(6)]
nodes.append(Clip())
pipeline = Pipeline(nodes)
