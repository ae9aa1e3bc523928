"""The XML parts of a workbook, read as a stream: no tree in memory, no entities, no DTD."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from xml.parsers import expat

CHUNK = 1 << 16
LONGEST_TEXT = 40_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


class BadPart(ValueError):
    """XML that no workbook holds."""


class Cell(NamedTuple):
    """A cell as it is written: its type (`n`, `s`, `str`, `inlineStr`, `b`, `d`, `e`)."""

    column: int
    kind: str
    style: int
    text: str


class Row(NamedTuple):
    """A row that holds anything; `is_whole` False: it has more cells than a sheet has columns."""

    number: int
    cells: list[Cell]
    is_whole: bool


def elements(
    part: Any,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> Iterator[None]:
    """Feed a part through the handlers, with local names of elements; stop after each chunk."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, found: start(tag.rpartition("}")[2], found)
    parser.EndElementHandler = lambda tag: end(tag.rpartition("}")[2])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadPart(f"its XML is broken ({error})") from error
    yield


def _refuse(*_declaration: object) -> None:
    raise BadPart("it declares entities")


class SheetReader:
    """The rows of a sheet."""

    def __init__(self) -> None:
        self.says_last_row = 0
        self._rows: list[Row] = []
        self._number = 0
        self._column = 0
        self._cells: list[Cell] = []
        self._is_whole = True
        self._kind, self._style = "n", 0
        self._text: list[str] = []
        self._depth_of_text = 0

    def read(self, part: Any) -> Iterator[Row]:
        for _ in elements(part, self._start, self._end, self._hear):
            yield from self._rows
            self._rows.clear()

    def _start(self, tag: str, found: dict[str, str]) -> None:
        if tag == "c":
            self._kind = found.get("t", "n")
            self._style = int(found.get("s") or 0)
            self._column = _column(found.get("r"), self._column)
            self._text.clear()
        elif tag in ("v", "t"):
            self._depth_of_text += 1
        elif tag == "row":
            number = found.get("r", "")
            self._number = int(number) if number.isdecimal() else self._number + 1
            self._column, self._cells, self._is_whole = 0, [], True
        elif tag == "dimension":
            last = CELL.fullmatch(found.get("ref", "").rpartition(":")[2])
            self.says_last_row = int(last[2]) if last else 0

    def _end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._depth_of_text -= 1
        elif tag == "c":
            if self._text and len(self._cells) < LAST_COLUMN:
                text = "".join(self._text)
                self._cells.append(Cell(self._column, self._kind, self._style, text))
            elif self._text:
                self._is_whole = False
        elif tag == "row" and self._cells:
            self._rows.append(Row(self._number, self._cells, self._is_whole))

    def _hear(self, text: str) -> None:
        if self._depth_of_text and len(self._text) <= LONGEST_TEXT:
            self._text.append(text[:LONGEST_TEXT])


def _column(coordinate: str | None, before: int) -> int:
    if coordinate is None:
        return before + 1
    match = CELL.fullmatch(coordinate)
    if match is None:
        raise BadPart(f"a cell is called {coordinate[:20]!r}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return column


def shared_strings(part: Any) -> Iterator[str]:
    """The strings that cells share, in their order; readings beside them are left out."""
    found: list[str] = []
    current: list[str] = []
    inside = {"t": 0, "rPh": 0}

    def start(tag: str, _found: dict[str, str]) -> None:
        if tag == "si":
            current.clear()
        elif tag in inside:
            inside[tag] += 1

    def end(tag: str) -> None:
        if tag == "si":
            found.append("".join(current)[:LONGEST_TEXT])
        elif tag in inside:
            inside[tag] -= 1

    def hear(text: str) -> None:
        if inside["t"] and not inside["rPh"] and len(current) <= LONGEST_TEXT:
            current.append(text[:LONGEST_TEXT])

    for _ in elements(part, start, end, hear):
        yield from found
        found.clear()


def attributes(part: Any, *tags: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """`(parent, tag, attributes)` of every element with one of the names; for small parts."""
    found: list[tuple[str, str, dict[str, str]]] = []
    open_tags = [""]

    def start(tag: str, given: dict[str, str]) -> None:
        if tag in tags:
            local = {name.rpartition("}")[2]: value for name, value in given.items()}
            found.append((open_tags[-1], tag, local))
        open_tags.append(tag)

    for _ in elements(part, start, lambda _tag: _drop(open_tags), lambda _text: None):
        yield from found
        found.clear()


def _drop(open_tags: list[str]) -> None:
    open_tags.pop()
