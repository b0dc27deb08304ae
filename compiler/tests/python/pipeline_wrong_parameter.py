from remotemedia import Pipeline
from remotemedia.nodes import HighPass, Reverbb

pipeline = Pipeline()
pipeline.add_node(HighPass(frequncy=80))
pipeline.add_node(Reverbb())
