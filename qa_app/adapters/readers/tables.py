"""One table from one file, CSV or XLSX, whichever its content is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from qa_app.adapters.readers.csv import csv_table
from qa_app.adapters.readers.rows import FileRefused, Position, Table
from qa_app.adapters.readers.sniff import sniff
from qa_app.adapters.readers.xlsx import xlsx_tables


@contextlib.contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """The table of a CSV file or of a workbook's first sheet with one. Raises FileRefused."""
    kind = sniff(path, path.name)
    if kind == "csv":
        yield csv_table(path, path.name, Position())
    elif kind == "xlsx":
        tables = xlsx_tables(path, path.name, Position())
        try:
            table = next(tables, None)
            if table is None:
                raise FileRefused(path.name, "The workbook is empty.", "empty_file")
            yield table
        finally:
            tables.close()  # type: ignore[attr-defined]
    else:
        raise FileRefused(path.name, "This is neither CSV nor XLSX.", "unknown_format")
