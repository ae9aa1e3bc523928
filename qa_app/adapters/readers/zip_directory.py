"""The directory of a ZIP archive, read without trusting what it says of its own size."""

from __future__ import annotations

import contextlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

MAX_DIRECTORY = 8 << 20
WORKBOOK = "xl/workbook.xml"
STARTS = (b"PK\x03\x04", b"PK\x05\x06")
DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class DirectoryTooLarge(ValueError):
    """The directory is longer than one of the entries that are allowed can be."""


@contextlib.contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive. Raises DirectoryTooLarge, and what `zipfile` raises for a damaged one."""
    with _Bounded(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
        yield archive


def is_workbook(path: Path, head: bytes) -> bool:
    """Whether the archive is an XLSX workbook; a broken one: whether it begins like one."""
    try:
        with open_zip(path) as archive:
            return WORKBOOK in archive.NameToInfo
    except (*DAMAGED, OSError):
        return b"[Content_Types].xml" in head or b"xl/" in head


class _Bounded(io.BufferedReader):
    """A file of which nobody reads more at once than the longest directory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise DirectoryTooLarge("the directory is too long")
        return super().read(size)
