"""CSV: UTF-8 (with or without mark) or GB18030; comma, semicolon or tab."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from qa_app.adapters.readers.lines import UTF8_BOM, bounded_lines, encoding_of
from qa_app.adapters.readers.rows import FileRefused, Position, SourceRow, Table, clean_columns

LINE_LIMIT = 4_000_000
CELL_LIMIT = 1_000_000
DELIMITERS = (",", ";", "\t")

csv.field_size_limit(CELL_LIMIT)


def csv_table(path: Path, name: str, position: Position) -> Table:
    """The table in a CSV file. Raises FileRefused when there is no header."""
    position.total += path.stat().st_size
    encoding = encoding_of(path, name)
    header = _Records(path, encoding, ",", Position())
    try:
        first = next(iter(header), None)
    finally:
        header.close()
    if first is None:
        raise FileRefused(name, "The file is empty.", "empty_file")
    line, cells = first
    where = f"{name}:{line}"
    if isinstance(cells, str):
        raise FileRefused(where, cells)
    delimiter = _delimiter(cells)
    columns = clean_columns(_split_again(cells, delimiter), where)

    def read(only: Collection[str] | None) -> Iterator[SourceRow]:
        records = _Records(path, encoding, delimiter, position)
        try:
            yield from _rows(records, name, columns, only)
        finally:
            records.close()

    return Table(where, columns, read)


def _rows(
    records: _Records, name: str, columns: Sequence[str], only: Collection[str] | None
) -> Iterator[SourceRow]:
    wanted = [(at, column) for at, column in enumerate(columns) if only is None or column in only]
    count = len(columns)
    body = iter(records)
    next(body, None)
    for line, cells in body:
        where = f"{name}:{line}"
        if isinstance(cells, str):
            yield SourceRow(where, None, cells)
        elif len(cells) > count and any(cells[count:]):
            reason = f"The row has {len(cells)} cells, the header {count}."
            yield SourceRow(where, None, reason)
        elif any(cells):
            last = len(cells)
            values: dict[str, Any] = {column: cells[at] for at, column in wanted if at < last}
            yield SourceRow(where, values)


class _Records:
    """Records of the file with the line at which each starts; a broken one is its reason."""

    def __init__(self, path: Path, encoding: str, delimiter: str, position: Position) -> None:
        self._file = path.open("rb")
        self._encoding = encoding
        self._delimiter = delimiter
        self._position = position
        self._skipped: list[int] = []

    def close(self) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[tuple[int, list[str] | str]]:
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=False)
        start = 1
        while True:
            try:
                cells: list[str] | str = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells = _reason(error)
            if self._skipped:
                cells = f"The line is longer than {LINE_LIMIT} bytes."
                self._skipped.clear()
            if cells:
                yield start, cells
            start = reader.line_num + 1

    def _lines(self) -> Iterator[str]:
        for line in bounded_lines(self._file, LINE_LIMIT, self._position):
            data = line.data
            if data is None:
                self._skipped.append(line.number)
                yield "\n"
                continue
            if line.number == 1 and data.startswith(UTF8_BOM):
                data = data[3:]
            # what cannot be decoded becomes surrogates, which the rules of a row refuse
            yield data.decode(self._encoding, "surrogateescape")


def _reason(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return f"A cell is longer than {CELL_LIMIT} characters: is a quotation mark not closed?"
    if "new-line character" in text:
        return "A carriage return stands where no line ends: save the file with ordinary lines."
    return f"This is no CSV: {text}."


def _delimiter(cells: Sequence[str]) -> str:
    """The delimiter that parts the header: a comma unless there is just one column with another."""
    if len(cells) > 1:
        return ","
    return max(DELIMITERS, key=cells[0].count)


def _split_again(cells: Sequence[str], delimiter: str) -> Sequence[str]:
    if delimiter == ",":
        return cells
    return next(csv.reader(cells, delimiter=delimiter))
