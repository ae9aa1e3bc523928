"""A definition as it was written: values with their lines, before anybody asks what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from scorecards.errors import Problem
from scorecards.numbers import NumberOutOfRange, from_python

MAX_BYTES = 256 * 1024
MAX_DEPTH = 40
MAX_NODES = 80_000
MAX_EVENTS = 60_000
"""What ruamel's parser can say in two seconds or so about one text; forms of 1,000 need less."""

MAX_QUESTIONS = 1_000
SHORT_WORD = 12
"""Words up to this length (`redistribute`) are free, so that defaults filled in cost nothing."""

Path = tuple[str | int, ...]


class Refused(Exception):
    """The source can't be read at all; carries the one problem that says why."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.problem = Problem("error", code, "", line, message)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with how a value is written, found while reading."""

    code: str
    message: str
    line: int | None = None
    key: str | None = None


@dataclass(slots=True)
class Node:
    """One value: a dict or list of nodes, a str, Decimal, bool or None; with its line."""

    value: Any
    line: int | None = None
    key_lines: dict[str, int | None] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    size: int = 1
    depth: int = 1


def too_deep(line: int | None) -> Refused:
    return Refused("too_deep", f"nested more than {MAX_DEPTH} levels deep", line)


def too_complex() -> Refused:
    return Refused("too_complex", "holds too many values to be a form")


def too_large() -> Refused:
    return Refused("too_large", f"a definition has at most {MAX_BYTES // 1024} KiB")


def too_many_questions(line: int | None = None) -> Refused:
    return Refused("too_large", f"a form has at most {MAX_QUESTIONS} questions", line)


def text_fault(text: str) -> Fault | None:
    """Say why a text can't be kept: control characters, or half a character."""
    for character in text:
        if character < " " and character not in "\t\n\r":
            return Fault("bad_character", "holds a control character")
        if "\ud800" <= character <= "\udfff":
            return Fault("bad_character", "holds half of a character (a lone surrogate)")
    return None


def from_mapping(source: Mapping[Any, Any]) -> Node:
    """Read a Python mapping into nodes without lines; raises Refused."""
    return _Walk().read(source, 1)


class _Walk:
    """One pass over Python values that counts what it has seen."""

    def __init__(self) -> None:
        self.count = 0

    def read(self, value: Any, depth: int) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            raise too_complex()
        if depth > MAX_DEPTH:
            raise too_deep(None)
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, (list, tuple)):
            return Node([self.read(item, depth + 1) for item in value])
        return scalar_node(value)

    def _mapping(self, source: Mapping[Any, Any], depth: int) -> Node:
        node = Node({})
        for key, value in source.items():
            if not isinstance(key, str):
                node.faults.append(key_fault(None))
            elif fault := text_fault(key):
                node.faults.append(fault)
            else:
                node.value[str(key)] = self.read(value, depth + 1)
        return node


def key_fault(line: int | None) -> Fault:
    return Fault("key_not_text", "a key must be text", line)


def scalar_node(value: Any) -> Node:
    """Read one Python value that is neither mapping nor list."""
    if value is None or isinstance(value, bool):
        return Node(value)
    if isinstance(value, str):
        fault = text_fault(value)
        return Node(str(value), faults=[fault] if fault else [])
    if isinstance(value, (int, float, Decimal)):
        return number_node(value)
    return Node(None, faults=[Fault("wrong_type", f"a {type(value).__name__} can't stand here")])


def number_node(value: int | float | Decimal) -> Node:
    try:
        return Node(from_python(value))
    except NumberOutOfRange:
        return Node(None, faults=[number_fault()])


def number_fault(line: int | None = None) -> Fault:
    return Fault(
        "number_out_of_range",
        "must be a finite number with at most 15 digits before the point and 30 after it",
        line,
    )
