from remotemedia.core.node import Node


class InvoiceLineNode(Node):
    def __init__(self, currency="$", tax=0.19, **kwargs):
        super().__init__(**kwargs)
        self.currency = currency
        self.tax = tax
        self.number = 0
        self.total = 0.0

    def process(self, data):
        self.number += 1
        item, qty, price = data["item"], data["qty"], data["price"]
        amount = qty * price
        self.total += amount
        yield f"{self.number:03d} {item:<12.12}|{qty:>6}|{price:10.2f}|{amount:+,.2f} {self.currency}"
        yield f"{item!r:^14}|{qty:x}|{qty:#b}|{qty:_}|{price:e}|{price:g}|{self.tax:.1%}|{amount}"

    def flush(self):
        return f"{'TOTAL':*^20} {self.total:,.2f}{self.currency} ({self.total * (1 + self.tax):.3f} with tax)"
