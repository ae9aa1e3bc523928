"""From a source (a file, a text, a mapping) to plain values, with the line of every path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from scorecards.errors import Problem
from scorecards.json_reader import NotJson, read_json
from scorecards.nodes import (
    MAX_BYTES,
    MAX_NODES,
    MAX_QUESTIONS,
    SHORT_WORD,
    Node,
    Path,
    Refused,
    from_mapping,
    too_complex,
    too_large,
    too_many_questions,
)
from scorecards.yaml_reader import read_yaml

Source = FilePath | str | bytes | Mapping[str, Any]


class Document:
    """A definition that could be read: its values, and what was wrong with their spelling."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.faulty: set[Path] = set()
        self._text_bytes = 0
        self._count = 0
        self.data: Any = self._plain(root, ())

    def line(self, path: Path) -> int | None:
        """Return the line of a path, or of the nearest thing above it that was written."""
        node, line = self.root, self.root.line
        for step in path:
            value = node.value
            if isinstance(step, str) and isinstance(value, dict) and step in value:
                node, line = value[step], node.key_lines.get(step)
            elif isinstance(step, str) and step in node.key_lines:
                return node.key_lines[step]
            elif isinstance(step, int) and isinstance(value, list) and step < len(value):
                node, line = value[step], value[step].line
            else:
                break
        return line

    def _plain(self, node: Node, path: Path) -> Any:
        self._count += 1
        if self._count > MAX_NODES:
            raise too_complex()
        for fault in node.faults:
            place = path if fault.key is None else (*path, fault.key)
            line = fault.line or node.line
            self.problems.append(Problem("error", fault.code, spell(place), line, fault.message))
            self.faulty.add(place)
        value = node.value
        if isinstance(value, dict):
            self._weigh(*value)
            return {key: self._plain(child, (*path, key)) for key, child in value.items()}
        if isinstance(value, list):
            return [self._plain(child, (*path, index)) for index, child in enumerate(value)]
        if isinstance(value, str):
            self._weigh(value)
        return value

    def _weigh(self, *texts: str) -> None:
        """Count long texts, however often an alias repeats them."""
        self._text_bytes += sum(len(text.encode()) for text in texts if len(text) > SHORT_WORD)
        if self._text_bytes > MAX_BYTES:
            raise too_large()


def read(source: Source) -> Document:
    """Read a definition; raises Refused where nothing can be made of it."""
    document = Document(_nodes(source))
    if not isinstance(document.root.value, dict):
        raise Refused("not_a_mapping", "a definition is one mapping", document.root.line)
    if count_questions(document.data) > MAX_QUESTIONS:
        raise too_many_questions()
    return document


def _nodes(source: Source) -> Node:
    if isinstance(source, Mapping):
        return from_mapping(source)
    if isinstance(source, FilePath):
        return _read_text(_decoded(_file_content(source)))
    if isinstance(source, bytes):
        return _read_text(_decoded(source))
    if isinstance(source, str):
        return _read_text(source)
    raise Refused("not_a_mapping", "a definition is a path, a text or a mapping")


def _file_content(path: FilePath) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise Refused("unreadable", "this is not a regular file")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such file"
        raise Refused("unreadable", f"the file can't be read: {reason}") from None


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise too_large()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused("not_utf8", "the text is not UTF-8", line) from None


def _read_text(text: str) -> Node:
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise too_large()
    for number, line in enumerate(text.split("\n"), start=1):
        if bad := _forbidden_character(line):
            raise Refused("bad_character", bad, number)
    if text.lstrip(" \t\r\n").startswith(("{", "[")):
        try:
            return read_json(text)
        except NotJson:
            pass
    return read_yaml(text)


def _forbidden_character(line: str) -> str | None:
    if line.isprintable():
        return None
    for character in line:
        if (character < " " and character not in "\t\r") or character == "\x7f":
            return "holds a control character"
        if "\ud800" <= character <= "\udfff":
            return "holds half of a character (a lone surrogate)"
    return None


def count_questions(data: Any) -> int:
    """Count what stands where questions stand, right or wrong."""
    sections = data.get("sections") if isinstance(data, dict) else None
    lists = [
        section.get("questions")
        for section in (sections if isinstance(sections, list) else [])
        if isinstance(section, dict)
    ]
    return sum(len(questions) for questions in lists if isinstance(questions, list))


def spell(path: Path) -> str:
    """Write a path: `sections[0].questions[2].points`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            shown = step if len(step) <= 60 else step[:59] + "…"
            text += f".{shown}" if text else shown
    return text
