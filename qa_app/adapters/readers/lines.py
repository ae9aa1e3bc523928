"""Lines of a file without trusting it: bounded length, an encoding that was looked for."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from qa_app.adapters.readers.rows import FileRefused, Position

CHUNK = 1 << 20
UTF8_BOM = codecs.BOM_UTF8
FOREIGN_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Line(NamedTuple):
    """A line with its ending; `data` None: it was too long and is skipped."""

    number: int
    data: bytes | None


def bounded_lines(file: BinaryIO, limit: int, position: Position) -> Iterator[Line]:
    """The lines of a file; one longer than `limit` bytes is never held in memory."""
    number = 0
    while data := file.readline(limit + 1):
        number += 1
        position.done += len(data)
        if len(data) <= limit or data.endswith(b"\n"):
            yield Line(number, data)
            continue
        while rest := file.readline(limit):
            position.done += len(rest)
            if rest.endswith(b"\n"):
                break
        yield Line(number, None)


def encoding_of(path: Path, name: str) -> str:
    """`utf-8` or `gb18030`: the one in which the whole file is text, else the likelier one.

    Raises FileRefused for files with the mark of another encoding.
    """
    with path.open("rb") as file:
        start = file.read(CHUNK)
        if start.startswith(FOREIGN_MARKS):
            raise FileRefused(name, "The file is UTF-16 or UTF-32: save it as UTF-8.", "encoding")
        if _is_text(file, start, "utf-8"):
            return "utf-8"
        file.seek(len(start))
        if _looks_like_utf8(start):
            return "utf-8"
        return "gb18030"


def _is_text(file: BinaryIO, start: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        chunk = start
        while chunk:
            decoder.decode(chunk)
            chunk = file.read(CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looks_like_utf8(data: bytes) -> bool:
    """Whether damaged UTF-8 is likelier than GB18030: characters of it outweigh what is broken."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text if character > "\x7f") - broken
    return whole > 3 * broken
