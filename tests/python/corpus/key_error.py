from remotemedia.core.node import Node


class LookupNode(Node):
    def __init__(self, table: dict, **kwargs):
        super().__init__(**kwargs)
        self.table = table

    def greeting(self, lang: str) -> str:
        return self.table[lang]

    def process(self, data: dict) -> str:
        return f"{self.greeting(data['lang'])}, {data['name'] or 'you'}!"
