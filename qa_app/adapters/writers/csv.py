"""Rows as CSV: UTF-8 with BOM, as spreadsheets need it for Chinese; no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

RISKY = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe; numbers stay."""
    if isinstance(value, str) and value.startswith(RISKY) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdecimal() and text[1:].isascii()


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The file piece by piece; memory stays flat however many rows there are."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([neutral(cell) for cell in header])
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, 1):
        writer.writerow(["" if cell is None else neutral(cell) for cell in row])
        if number % 500 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
