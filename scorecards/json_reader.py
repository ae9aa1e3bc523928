"""JSON text into nodes: with lines, doubled keys told, numbers by their text, never recursive."""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import Any

from scorecards.nodes import (
    MAX_DEPTH,
    Fault,
    Node,
    number_fault,
    text_fault,
    too_deep,
)
from scorecards.numbers import NumberOutOfRange, read_number

_TOKEN = re.compile(
    r'[ \t\r\n]*(?:([{}\[\],:"])|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)'
    r"|(true|false|null)|\Z)"
)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class NotJson(Exception):
    """The text isn't JSON (it may still be YAML)."""


def read_json(text: str) -> Node:
    """Read a JSON document; raises NotJson, or Refused where it nests too deep."""
    return _Document(text).read()


class _Document:
    """One reading of one text; containers wait on a stack instead of on Python's."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.start = 0
        self.breaks = [found.start() for found in re.finditer("\n", text)]
        self.open: list[tuple[Node, str | None]] = []

    def line(self) -> int:
        return bisect_right(self.breaks, self.start) + 1

    def token(self) -> tuple[str, Any]:
        """Return the kind (a mark, `value` or `end`) and the node of the next token."""
        found = _TOKEN.match(self.text, self.position)
        if found is None:
            raise NotJson
        mark, number, word = found.groups()
        self.position = found.end()
        self.start = self.position - len(mark or number or word or "")
        if mark == '"':
            return "value", self.string()
        if mark:
            return mark, None
        if number is not None:
            return "value", self.number(number)
        if word:
            return "value", Node(_WORDS[word], self.line())
        return "end", None

    def string(self) -> Node:
        try:
            value, self.position = scanstring(self.text, self.position, True)
        except JSONDecodeError as error:
            raise NotJson from error
        fault = text_fault(value)
        return Node(value, self.line(), faults=[fault] if fault else [])

    def number(self, text: str) -> Node:
        try:
            return Node(read_number(text), self.line())
        except NumberOutOfRange:
            return Node(None, self.line(), faults=[number_fault()])

    def read(self) -> Node:
        kind, value = self.token()
        while True:
            if kind in {"{", "["}:
                done = self.enter(kind)
            elif kind == "value":
                done = value
            else:
                raise NotJson
            while done is not None:
                if not self.open:
                    return self.finish(done)
                done = self.place(done)
            kind, value = self.token()

    def finish(self, root: Node) -> Node:
        if self.token()[0] != "end":
            raise NotJson
        return root

    def enter(self, kind: str) -> Node | None:
        """Open a container; return it at once when it is empty."""
        node = Node({} if kind == "{" else [], self.line())
        if len(self.open) >= MAX_DEPTH:
            raise too_deep(self.line())
        kept = self.position
        if self.token()[0] == ("}" if kind == "{" else "]"):
            return node
        self.position = kept
        self.open.append((node, self.key(node) if kind == "{" else None))
        return None

    def key(self, node: Node) -> str:
        """Read `"key":`, noting a doubled or broken one."""
        kind, key = self.token()
        line = self.line()
        if kind != "value" or not isinstance(key.value, str) or self.token()[0] != ":":
            raise NotJson
        if key.faults:
            node.faults.append(Fault("bad_character", key.faults[0].message, line))
        elif key.value in node.value:
            node.faults.append(Fault("duplicate_key", "the key is given twice", line, key.value))
        node.key_lines.setdefault(key.value, line)
        return str(key.value)

    def place(self, child: Node) -> Node | None:
        """Put a finished value into the innermost container; return that when it closes."""
        node, key = self.open[-1]
        is_map = key is not None
        if is_map:
            node.value.setdefault(key, child)
        else:
            node.value.append(child)
        kind = self.token()[0]
        if kind == ",":
            self.open[-1] = (node, self.key(node) if is_map else None)
            return None
        if kind != ("}" if is_map else "]"):
            raise NotJson
        self.open.pop()
        return node
