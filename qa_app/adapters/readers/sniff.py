"""Which format a file has, by what is in it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import orjson

from qa_app.adapters.readers.lines import FOREIGN_MARKS, UTF8_BOM
from qa_app.adapters.readers.rows import FileRefused
from qa_app.adapters.readers.zip_directory import STARTS, is_workbook
from qa_app.domain.vcon import is_vcon

FORMATS = ("csv", "jsonl", "xlsx", "vcon", "folder", "zip")
HEAD = 256 * 1024
VCON_MAX = 64 << 20
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def sniff(path: Path, name: str) -> str:
    """One of FORMATS. Raises FileRefused for anything else, OSError where there is no file."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return "folder"
    if not stat.S_ISREG(mode):
        raise FileRefused(name, "This is no ordinary file.", "not_a_file")
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(STARTS):
        return "xlsx" if is_workbook(path, head) else "zip"
    if head.startswith(OLD_EXCEL):
        raise FileRefused(name, "This is an old XLS workbook: save it as XLSX.", "unknown_format")
    text = head.removeprefix(UTF8_BOM).lstrip()
    if text[:1] in (b"{", b"["):
        return "vcon" if _is_vcon(path, text) else "jsonl"
    if b"\0" in head[:4096] and not head.startswith(FOREIGN_MARKS) and not _is_mostly_text(head):
        raise FileRefused(name, "This is no table of text.", "unknown_format")
    return "csv"


def _is_mostly_text(head: bytes) -> bool:
    return head.count(b"\0") * 100 < len(head)


def _is_vcon(path: Path, head: bytes) -> bool:
    """Whether the first line, or else the whole file, is an object with parties and dialog."""
    first, found_end, _rest = head.partition(b"\n")
    if b'"parties"' not in head and (found_end or len(head) < HEAD) and len(first) > 1:
        return False
    document = _object(first)
    if document is None and path.stat().st_size <= VCON_MAX:
        document = _object(path.read_bytes().removeprefix(UTF8_BOM))
    return document is not None and is_vcon(document)


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None
