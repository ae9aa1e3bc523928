"""Reads a YAML or JSON definition into a plain tree that remembers lines; safe with any input.

What the tree means (a sampling plan, a policy) belongs to the modules that read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from qa_app.domain.errors import Problem

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12
MAX_NODES = 20_000
NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One thing wrong with a definition; `path` like `channels.call.quota`, `line` from 1."""

    code: str
    path: str
    line: int | None
    message: str
    level: str = "error"

    def to_dict(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "code": self.code,
            "path": self.path,
            "line": self.line,
            "message": self.message,
        }

    def as_problem(self) -> Problem:
        """The same for lists of problems of any kind: `where` is line and path."""
        where = self.path if self.line is None else f"{self.line}: {self.path}".rstrip(": ")
        return Problem(where, self.code, self.message)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written; `plain` when it stood there without quotes and may mean a number."""

    text: str
    plain: bool
    line: int | None

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in NULLS


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int | None
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Branch:
    """A mapping, doubled keys included: who reads it reports them."""

    line: int | None
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)


Node = Scalar | Sequence | Branch


class UnreadableDefinition(Exception):
    """The input is no definition at all; `problem` says why and where."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.problem = DefinitionProblem(code, "", line, message)


def read_definition(source: Path | str | Mapping[str, Any], *, max_bytes: int = MAX_BYTES) -> Node:
    """The tree of a file, a text or a parsed mapping. Raises UnreadableDefinition."""
    if isinstance(source, Mapping):
        return _from_value(source, 0)
    text = _file_text(source, max_bytes) if isinstance(source, Path) else source
    return _parse(text, max_bytes)


def _file_text(path: Path, max_bytes: int) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableDefinition(
            "unreadable", f"The file cannot be read: {error.strerror}."
        ) from None
    if len(raw) > max_bytes:
        raise _too_large(max_bytes)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableDefinition("not_utf8", "The file is not UTF-8 text.") from None


def _parse(text: str, max_bytes: int) -> Node:
    if len(text) > max_bytes or len(text.encode("utf-8", "replace")) > max_bytes:
        raise _too_large(max_bytes)
    try:
        return _build(YAML(typ="safe", pure=True).parse(text))
    except UnreadableDefinition:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = (error.problem or "it cannot be parsed").strip()
        raise UnreadableDefinition(
            "bad_yaml", f"This is not YAML: {reason}.", mark.line + 1 if mark else None
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableDefinition("bad_yaml", f"This is not YAML: {reason}.") from None


def _build(events: Iterator[Event]) -> Node:
    """Build the tree without recursion, so that depth and size stop it before they hurt."""
    root: Node | None = None
    open_nodes: list[Sequence | Branch] = []
    keys: list[Scalar | None] = []
    for number, event in enumerate(events):
        line = event.start_mark.line + 1
        if number > MAX_NODES or len(open_nodes) > MAX_DEPTH:
            raise UnreadableDefinition(
                "too_complex", "The definition is nested too deeply or too large.", line
            )
        if isinstance(event, DocumentStartEvent) and root is not None:
            raise UnreadableDefinition("many_documents", "Write one document only.", line)
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            open_nodes.pop()
            keys.pop()
        elif isinstance(event, NodeEvent):
            node = _node(event, line)
            if not open_nodes:
                root = node
            else:
                keys[-1] = _attach(open_nodes[-1], keys[-1], node)
            if not isinstance(node, Scalar):
                open_nodes.append(node)
                keys.append(None)
    if root is None:
        raise UnreadableDefinition("empty", "There is nothing in it.")
    return root


def _node(event: NodeEvent, line: int) -> Node:
    if isinstance(event, AliasEvent) or event.anchor is not None:
        raise UnreadableDefinition("anchor", "Anchors and aliases are not allowed.", line)
    if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None:
        raise UnreadableDefinition("tag", "Tags are not allowed.", line)
    if isinstance(event, ScalarEvent):
        return Scalar(event.value, event.style is None, line)
    return Branch(line) if isinstance(event, MappingStartEvent) else Sequence(line)


def _attach(parent: Sequence | Branch, key: Scalar | None, node: Node) -> Scalar | None:
    """Hang `node` into its parent; returns the key that waits for its value."""
    if isinstance(parent, Sequence):
        parent.items.append(node)
        return None
    if key is not None:
        parent.entries.append((key, node))
        return None
    if isinstance(node, Scalar):
        return node
    raise UnreadableDefinition("bad_key", "The key of a mapping is a text.", node.line)


def _from_value(value: object, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise UnreadableDefinition("too_complex", "The definition is nested too deeply.")
    if isinstance(value, Mapping):
        return Branch(
            None,
            [
                (Scalar(str(key), plain=False, line=None), _from_value(one, depth + 1))
                for key, one in value.items()
            ],
        )
    if isinstance(value, list | tuple):
        return Sequence(None, [_from_value(one, depth + 1) for one in value])
    return _from_scalar(value)


def _from_scalar(value: object) -> Scalar:
    if value is None or isinstance(value, bool):
        return Scalar({None: "null", True: "true", False: "false"}[value], plain=True, line=None)
    if isinstance(value, int | Decimal):
        return Scalar(f"{value:f}" if isinstance(value, Decimal) else str(value), True, None)
    if isinstance(value, float):
        return Scalar(f"{Decimal(repr(value)):f}", plain=True, line=None)
    if isinstance(value, str):
        return Scalar(value, plain=False, line=None)
    raise UnreadableDefinition("bad_type", f"A {type(value).__name__} cannot stand here.")


def _too_large(max_bytes: int) -> UnreadableDefinition:
    return UnreadableDefinition("too_large", f"It is larger than {max_bytes // 1024} KiB.")
