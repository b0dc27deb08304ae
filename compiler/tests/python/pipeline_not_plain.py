import os

import remotemedia as rm
from remotemedia.nodes import Clip, Gain, PassThrough


def extend(p):
    p.add_node(Clip())


pipeline = rm.Pipeline()
for _ in range(3):
    pipeline.add_node(PassThrough())
if os.environ.get("LOUD"):
    pipeline.add_node(Gain(6))
pipeline.add_node(Gain(gain_db=float(os.environ["GAIN"])))
options = {"gain_db": 3}
pipeline.add_node(Gain(**options))
gain = Gain(6)
gain.gain_db = 3
pipeline.add_node(gain)
extend(pipeline)
pipeline.nodes.append(Clip())
pipeline.add_node(make_node())


def main():
    pipeline.add_node(Clip())
