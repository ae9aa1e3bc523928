"""JSON Lines: one object a line, UTF-8."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from qa_app.adapters.readers.lines import UTF8_BOM, bounded_lines
from qa_app.adapters.readers.rows import Position, SourceRow

LINE_LIMIT = 32_000_000


def jsonl_rows(path: Path, name: str, position: Position) -> Iterator[SourceRow]:
    """Every line that is not empty."""
    position.total += path.stat().st_size
    with path.open("rb") as file:
        for number, data in bounded_lines(file, LINE_LIMIT, position):
            where = f"{name}:{number}"
            if data is None:
                yield SourceRow(where, None, f"The line is longer than {LINE_LIMIT} bytes.")
            elif not data.isspace():
                yield _row(where, data[3:] if data.startswith(UTF8_BOM) else data)


def _row(where: str, data: bytes) -> SourceRow:
    try:
        values: Any = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return SourceRow(where, None, f"This is no JSON: {error}.")
    if type(values) is not dict:
        return SourceRow(where, None, "A line holds one JSON object.")
    return SourceRow(where, values)
