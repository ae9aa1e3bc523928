"""XLSX: the tables in a workbook's sheets, row by row.

openpyxl's read-only worksheets stop where the file's `<dimension>` says a sheet ends (a million
rows were read as two), fill gaps between row numbers however wide, and hold all shared strings in
memory. So the sheets are parsed here, and only the meaning of dates is openpyxl's.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from qa_app.adapters.readers.rows import (
    MAX_COLUMNS,
    FileRefused,
    Position,
    Remark,
    SourceRow,
    Table,
    clean_columns,
)
from qa_app.adapters.readers.xlsx_workbook import BadCell, Workbook
from qa_app.adapters.readers.xlsx_xml import LAST_ROW, BadPart, Row, SheetReader

MAX_SHEETS = 100
DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    BadPart,
    KeyError,
    ValueError,
    EOFError,
    OSError,  # a directory that points outside of the file
    NotImplementedError,
    RuntimeError,  # encrypted
)


def xlsx_tables(path: Path, name: str, position: Position) -> Iterator[Table]:
    """The table of each sheet that holds anything: read one, then ask for the next.

    Raises FileRefused for what is no workbook or unpacks to more than one may.
    """
    try:
        with Workbook(path, name) as workbook:
            sheets = workbook.sheets[:MAX_SHEETS]
            position.total += sum(workbook.size(part) for _title, part in sheets)
            for title, part in sheets:
                table = _table(workbook, f"{name}!{title}", part, position)
                if table is not None:
                    yield table
    except FileRefused:
        raise
    except DAMAGED as error:
        said = " ".join(str(error).split())[:120] or type(error).__name__
        raise FileRefused(name, f"The workbook is damaged: {said}.") from error


def _table(workbook: Workbook, where: str, part: str, position: Position) -> Table | None:
    """The table of a sheet; None for an empty one. The header is the first row with anything."""
    header = next(workbook.rows(part, SheetReader(), Position()), None)
    if header is None:
        return None
    place = f"{where}:{header.number}"
    names = _values(workbook, header, place)
    if max(names) > MAX_COLUMNS:
        raise FileRefused(place, f"The table has more than {MAX_COLUMNS} columns.")
    columns = clean_columns([names.get(at) for at in range(1, max(names) + 1)], place)
    remarks: list[Remark] = []

    def read(only: Collection[str] | None) -> Iterator[SourceRow]:
        sheet = SheetReader()
        last = header.number
        rows = workbook.rows(part, sheet, position)
        next(rows, None)
        for row in rows:
            if last < row.number <= LAST_ROW:
                last = row.number
                yield _row(workbook, row, where, columns, only)
            else:
                reason = "The row's number is out of order."
                yield SourceRow(f"{where}:{row.number}", None, reason)
        if sheet.says_last_row > last:
            reason = (
                f"The sheet says that it ends at row {sheet.says_last_row}; {last} is its last."
            )
            remarks.append(Remark(where, reason))

    return Table(place, columns, read, remarks)


def _row(
    workbook: Workbook,
    row: Row,
    where: str,
    columns: Sequence[str],
    only: Collection[str] | None,
) -> SourceRow:
    place = f"{where}:{row.number}"
    if not row.is_whole or max(cell.column for cell in row.cells) > len(columns):
        return SourceRow(place, None, "The row has cells to the right of the header's last.")
    values = {}
    for cell in row.cells:
        column = columns[cell.column - 1]
        if only is None or column in only:
            try:
                values[column] = workbook.value(cell)
            except BadCell as error:
                return SourceRow(place, None, f"{column}: {error}.")
    return SourceRow(place, values)


def _values(workbook: Workbook, row: Row, place: str) -> dict[int, Any]:
    try:
        return {cell.column: workbook.value(cell) for cell in row.cells[: MAX_COLUMNS + 1]}
    except BadCell as error:
        raise FileRefused(place, f"The header cannot be read: {error}.") from error
