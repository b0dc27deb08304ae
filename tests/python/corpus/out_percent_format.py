from string import Template

from remotemedia.core.node import Node

ROW = "%(name)-8s|%(n)5d|%(x)8.3f|%(n)#x"
LETTER = Template("Dear $name, you have $n (${x}). $$5")


class ReportNode(Node):
    def process(self, data):
        yield ROW % data
        yield "%s %r %5.1e 100%%" % (data["name"], data["name"], data["x"])
        yield "{name!s:>6}/{n:,}".format(**data)
        yield LETTER.substitute(data)
