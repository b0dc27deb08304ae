from typing import Any, Dict, List, Union

from remotemedia.core.node import Node


class TextProcessorNode(Node):
    """Applies a list of operations to a text."""

    def _apply(self, op: str, text: str) -> Union[str, int]:
        words = text.split()
        if op == "uppercase":
            return text.upper()
        if op == "lowercase":
            return text.lower()
        if op == "reverse":
            return text[::-1]
        if op == "word_count":
            return len(words)
        if op == "char_count":
            return len(text)
        if op == "title_case":
            return text.title()
        if op == "remove_spaces":
            return text.replace(" ", "")
        if op == "first_word":
            return words[0] if words else ""
        if op == "last_word":
            return words[-1] if words else ""
        return f"unknown operation: {op}"

    async def process(self, data: Dict[str, Any]) -> Dict[str, Any]:
        text: str = data.get("text", "")
        operations: List[str] = data.get("operations") or []
        results = {op: self._apply(op, text) for op in operations}
        return {"original_text": text, "operations": operations, "results": results}
