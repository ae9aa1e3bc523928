"""vCon documents: one in a file, or one a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from qa_app.adapters.readers.jsonl import jsonl_rows
from qa_app.adapters.readers.lines import UTF8_BOM
from qa_app.adapters.readers.rows import Position, SourceRow
from qa_app.adapters.readers.sniff import VCON_MAX


def vcon_rows(path: Path, name: str, position: Position) -> Iterator[SourceRow]:
    """Every vCon of the file, as parsed JSON with the names of its sound files."""
    document = _whole(path)
    if document is None:
        for row in jsonl_rows(path, name, position):
            yield row._replace(values=_with_filenames(row.values)) if row.values else row
        return
    size = path.stat().st_size
    position.total += size
    yield SourceRow(f"{name}:1", _with_filenames(document))
    position.done += size


def _whole(path: Path) -> dict[str, Any] | None:
    if path.stat().st_size > VCON_MAX:
        return None
    try:
        document = orjson.loads(path.read_bytes().removeprefix(UTF8_BOM))
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _with_filenames(document: Any) -> Any:
    """A recording without a file name is looked for under the last part of its url."""
    dialogs = document.get("dialog")
    if not isinstance(dialogs, list):
        return document
    return {**document, "dialog": [_with_filename(dialog) for dialog in dialogs]}


def _with_filename(dialog: Any) -> Any:
    if not isinstance(dialog, dict) or dialog.get("filename") or dialog.get("type") != "recording":
        return dialog
    url = dialog.get("url")
    try:
        last = unquote(urlsplit(url).path).rpartition("/")[2] if isinstance(url, str) else ""
    except ValueError:
        last = ""
    return {**dialog, "filename": last} if last else dialog
