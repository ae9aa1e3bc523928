"""Reads values out of a definition's tree and collects everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

from qa_app.domain.definition_source import Branch, DefinitionProblem, Node, Scalar, Sequence

WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
DECIMAL = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,4})?")
TEXT_MAX = 200
UNFIT_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class DefinitionReader:
    """One pass over a tree; a wrong value is reported and read as None."""

    def __init__(self) -> None:
        self.problems: list[DefinitionProblem] = []

    def report(self, code: str, path: str, line: int | None, message: str) -> None:
        self.problems.append(DefinitionProblem(code, path, line, message))

    def mapping(
        self, node: Node, path: str, known: Collection[str], required: Collection[str] = ()
    ) -> Mapping[str, Node]:
        """The entries of a mapping; unknown, doubled and missing keys are reported."""
        if not isinstance(node, Branch):
            self.report("not_a_mapping", path, node.line, "A mapping belongs here.")
            return {}
        found: dict[str, Node] = {}
        for key, value in node.entries:
            here = join(path, key.text[:TEXT_MAX])
            if key.text not in known:
                self.report("unknown_key", here, key.line, "This key is not known here.")
            elif key.text in found:
                self.report("doubled_key", here, key.line, "This key stands here twice.")
            else:
                found[key.text] = value
        for name in required:
            if name not in found:
                self.report("missing", join(path, name), node.line, "This is missing.")
        return found

    def text(self, node: Node, path: str, pattern: re.Pattern[str] | None = None) -> str | None:
        """A text of 1 to 200 characters, trimmed, that fits `pattern`."""
        if not isinstance(node, Scalar) or node.is_null:
            self.report("not_a_text", path, node.line, "A text belongs here.")
            return None
        text = node.text.strip()
        if not text or len(text) > TEXT_MAX or UNFIT_CHARACTERS.search(text):
            self.report("bad_text", path, node.line, "Write 1 to 200 printable characters.")
            return None
        if pattern is not None and pattern.fullmatch(text) is None:
            self.report(
                "bad_form", path, node.line, f"This does not have the form {pattern.pattern}."
            )
            return None
        return text

    def one_of(self, node: Node, path: str, choices: Collection[str]) -> str | None:
        text = self.text(node, path)
        if text is None or text in choices:
            return text
        self.report("unknown_value", path, node.line, f"Write one of: {', '.join(choices)}.")
        return None

    def whole(self, node: Node, path: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        text = node.text if isinstance(node, Scalar) and node.plain else ""
        if WHOLE.fullmatch(text) and low <= int(text) <= high:
            return int(text)
        message = f"A whole number from {low} to {high} belongs here."
        self.report("bad_number", path, node.line, message)
        return None

    def number(self, node: Node, path: str, low: Decimal, high: Decimal) -> Decimal | None:
        """A decimal number from `low` to `high`."""
        text = node.text if isinstance(node, Scalar) and node.plain else ""
        if DECIMAL.fullmatch(text) and low <= Decimal(text) <= high:
            return Decimal(text)
        self.report("bad_number", path, node.line, f"A number from {low} to {high} belongs here.")
        return None

    def texts(
        self,
        node: Node,
        path: str,
        *,
        pattern: re.Pattern[str] | None = None,
        choices: Collection[str] | None = None,
    ) -> tuple[str, ...]:
        """A list of different texts that is not empty."""
        if not isinstance(node, Sequence) or not node.items:
            self.report("not_a_list", path, node.line, "A list that is not empty belongs here.")
            return ()
        found: list[str] = []
        for number, item in enumerate(node.items):
            here = f"{path}[{number}]"
            if choices is not None:
                text = self.one_of(item, here, choices)
            else:
                text = self.text(item, here, pattern)
            if text is not None and text in found:
                self.report("doubled_value", here, item.line, "This stands in the list twice.")
            elif text is not None:
                found.append(text)
        return tuple(found)

    def title(self, node: Node, path: str) -> Mapping[str, str]:
        """A title in both languages."""
        found = self.mapping(node, path, ("zh", "en"), ("zh", "en"))
        read = {name: self.text(value, join(path, name)) for name, value in found.items()}
        return {name: text for name, text in read.items() if text is not None}


def join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
