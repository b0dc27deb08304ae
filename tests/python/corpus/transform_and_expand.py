from remotemedia.core.node import Node


class TransformAndExpandNode(Node):
    def __init__(self, transforms=None, **kwargs):
        super().__init__(**kwargs)
        self.transforms = transforms or ["uppercase"]

    def process(self, data):
        text = data if isinstance(data, str) else str(data)
        for transform in self.transforms:
            match transform:
                case "uppercase":
                    result = text.upper()
                case "lowercase":
                    result = text.lower()
                case "reverse":
                    result = text[::-1]
                case "length":
                    result = len(text)
                case "words":
                    result = text.split()
                case other:
                    self.logger.debug("skipping %s", other)
                    continue
            yield {"transform": transform, "result": result}
