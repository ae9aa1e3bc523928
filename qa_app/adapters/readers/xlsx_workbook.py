"""An open workbook: its sheets, and what the numbers in its cells mean."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from qa_app.adapters.readers.rows import FileRefused, Position
from qa_app.adapters.readers.xlsx_strings import StoredStrings
from qa_app.adapters.readers.xlsx_xml import INTEGER, Cell, Row, SheetReader, attributes

MAX_PARTS = 5_000
MAX_UNPACKED = 4 << 30
MAX_SMALL_PART = 64 << 20
MAX_RATIO = 300
RATIO_FROM = 32 << 20
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLES, STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"


class BadCell(ValueError):
    """A cell whose value cannot be understood."""


class Workbook:
    """Use it in a `with`. Raises FileRefused, BadPart, and what `zipfile` and `zlib` raise."""

    def __init__(self, path: Path, name: str) -> None:
        self._archive = _checked_archive(path, name)
        self._strings = StoredStrings()
        try:
            self._parts = set(self._archive.namelist())
            if STRINGS in self._parts:
                with self._archive.open(STRINGS) as part:
                    self._strings.load(part)
            self._date_styles = self._styles_of_dates()
            self.sheets = self._sheets()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._archive.close()
        self._strings.close()

    def size(self, part: str) -> int:
        """Bytes of a sheet's part, unpacked."""
        return self._archive.getinfo(part).file_size

    def rows(self, part: str, reader: SheetReader, position: Position) -> Iterator[Row]:
        """The rows of a sheet that hold anything."""
        with self._archive.open(part) as source:
            yield from reader.read(_Counted(source, position))

    def value(self, cell: Cell) -> Any:
        """What a cell holds: text, number, bool or datetime. Raises BadCell."""
        kind, text = cell.kind, cell.text
        if kind == "n":
            return self._number(cell)
        if kind == "s":
            try:
                return self._strings[int(text)]
            except (IndexError, ValueError):
                raise BadCell("a text is missing in the workbook") from None
        if kind in ("str", "inlineStr", "d"):
            return text
        if kind == "b":
            return text.strip() == "1"
        if kind == "e":
            raise BadCell(f"a cell holds the error {text[:20]}")
        raise BadCell(f"a cell is of the unknown type {kind[:20]!r}")

    def _number(self, cell: Cell) -> Any:
        text = cell.text.strip()
        try:
            number = int(text) if INTEGER.fullmatch(text) else float(text)
        except ValueError:
            raise BadCell(f"{text[:20]!r} is no number") from None
        if cell.style not in self._date_styles:
            return number
        return self._moment(number)

    def _moment(self, number: float) -> Any:
        from openpyxl.utils.datetime import from_excel

        try:
            moment = from_excel(number, self._epoch)
        except (OverflowError, ValueError):
            raise BadCell(f"{number} is outside the range of dates") from None
        if isinstance(moment, time | timedelta):
            return str(moment)
        if isinstance(moment, date) and not isinstance(moment, datetime):
            return datetime.combine(moment, time.min)
        return moment

    def _styles_of_dates(self) -> frozenset[int]:
        """Numbers of the cell styles that show a number as a date."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

        if STYLES not in self._parts:
            return frozenset()
        formats: dict[str, str] = {str(key): code for key, code in BUILTIN_FORMATS.items()}
        used = []
        with self._archive.open(STYLES) as part:
            for parent, tag, found in attributes(part, "numFmt", "xf"):
                if tag == "numFmt" and parent == "numFmts":
                    formats[found.get("numFmtId", "")] = found.get("formatCode", "")
                elif tag == "xf" and parent == "cellXfs":
                    used.append(found.get("numFmtId", "0"))
        return frozenset(
            number for number, key in enumerate(used) if is_date_format(formats.get(key, ""))
        )

    def _sheets(self) -> list[tuple[str, str]]:
        """Title and part of every worksheet, in the order of the workbook."""
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

        with self._archive.open(RELATIONS) as part:
            targets = {
                found.get("Id", ""): _inside(found.get("Target", ""))
                for _parent, _tag, found in attributes(part, "Relationship")
                if found.get("Type", "").endswith("/worksheet")
            }
        self._epoch = CALENDAR_WINDOWS_1900
        sheets = []
        with self._archive.open(WORKBOOK) as part:
            for _parent, tag, found in attributes(part, "workbookPr", "sheet"):
                if tag == "workbookPr" and found.get("date1904") in ("1", "true"):
                    self._epoch = CALENDAR_MAC_1904
                elif tag == "sheet" and targets.get(found.get("id", "")) in self._parts:
                    sheets.append((found.get("name", "")[:60], targets[found["id"]]))
        return sheets


def _inside(target: str) -> str:
    """The name of a part in the archive that `workbook.xml` calls `target`."""
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _checked_archive(path: Path, name: str) -> zipfile.ZipFile:
    """The archive, after a look at its directory and before anything in it is unpacked."""
    archive = zipfile.ZipFile(path)
    try:
        _check_parts(archive.infolist(), name)
    except BaseException:
        archive.close()
        raise
    return archive


def _check_parts(parts: list[zipfile.ZipInfo], name: str) -> None:
    if WORKBOOK not in {part.filename for part in parts}:
        raise FileRefused(name, "This ZIP archive is no XLSX workbook.", "unknown_format")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileRefused(name, "The workbook unpacks to more than is allowed.", "too_large")
    for part in parts:
        is_large = part.filename == STRINGS or "/worksheets/" in part.filename
        if part.file_size > MAX_SMALL_PART and not is_large:
            reason = f"{part.filename[:60]} in it is too large."
            raise FileRefused(name, reason, "too_large")
        if part.file_size > max(RATIO_FROM, part.compress_size * MAX_RATIO):
            reason = f"{part.filename[:60]} in it is packed more than {MAX_RATIO} to 1."
            raise FileRefused(name, reason, "too_large")


class _Counted:
    """A part that notes how far it was read."""

    def __init__(self, source: Any, position: Position) -> None:
        self._source = source
        self._position = position

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._source.read(size)
        self._position.done += len(data)
        return data
