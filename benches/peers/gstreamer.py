"""Runs a GStreamer pipeline and prints the seconds from `PLAYING` to the end of the stream.

`gstreamer.py PIPELINE COEFFICIENTS`, the latter JSON: `{element: [b, a]}`. It is `gst-launch-1.0` in all but one thing: the coefficients of
`audioiirfilter`, the element for a biquad, can only be set from code. Runs in the system's Python, whose package `python3-gi` it needs.
"""

import json
import sys
import time
import warnings

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GObject, Gst  # noqa: E402

warnings.filterwarnings("ignore", category=DeprecationWarning)


def array(numbers):
    values = GObject.ValueArray()
    for number in numbers:
        value = GObject.Value()
        value.init(GObject.TYPE_DOUBLE)
        value.set_double(number)
        values.append(value)
    return values


def main():
    Gst.init(None)
    pipeline = Gst.parse_launch(sys.argv[1])
    for name, (b, a) in json.loads(sys.argv[2]).items():
        element = pipeline.get_by_name(name)
        element.set_property("b", array(b))
        element.set_property("a", array(a))
    start = time.perf_counter()
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    seconds = time.perf_counter() - start
    pipeline.set_state(Gst.State.NULL)
    if message.type == Gst.MessageType.ERROR:
        sys.exit(str(message.parse_error()))
    print(f"{seconds:.9f}")


main()
