"""Recordings in a local directory, written so that a power cut leaves whole objects or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from qa_app.adapters.clock import random_hex
from qa_app.adapters.recordings_store import (
    CHUNK,
    RecordingMissing,
    StoredObject,
    StoreMisconfigured,
    StoreUnavailable,
    checked_key,
    copy_hashed,
    object_path,
)

INCOMING = "incoming"


class DiskStore:
    """A directory with two levels of folders by the first digits of the key."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def put(self, source: Path | BinaryIO) -> StoredObject:
        return self._store(None, source)

    def put_derived(self, key: str, source: Path | BinaryIO) -> StoredObject:
        return self._store(checked_key(key), source)

    def open_range(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"not a range: {start}-{end}")
        file = self._open(key)
        file.seek(start)
        return _chunks(file, None if end is None else end - start)

    def read(self, key: str) -> bytes:
        with self._open(key) as file:
            return file.read()

    def size(self, key: str) -> int:
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            raise RecordingMissing(key) from None

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def delete(self, key: str) -> None:
        path = self.path(key)
        with suppress(FileNotFoundError):
            path.unlink()
            _sync_directory(path.parent)

    def path(self, key: str) -> Path:
        return self.root / object_path(key)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        path = self.path(key)
        if not path.is_file():
            raise RecordingMissing(key)
        yield path

    def check(self) -> None:
        content = random_hex().encode()  # its own key, so that two checks at once do not meet
        try:
            stored = self.put(BytesIO(content))
            part = b"".join(self.open_range(stored.key, 2, 5))
            self.delete(stored.key)
        except StoreUnavailable as error:
            raise StoreMisconfigured(str(error.params["reason"])) from error
        if part != content[2:5]:
            raise StoreMisconfigured("it gave other bytes than were asked for")

    def clear_incoming(self, before: datetime) -> int:
        """Remove what killed writers left half done before that time; how many files."""
        removed = 0
        with suppress(FileNotFoundError):
            for path in (self.root / INCOMING).iterdir():
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before.timestamp():
                        path.unlink()
                        removed += 1
        return removed

    def _open(self, key: str) -> BinaryIO:
        try:
            return self.path(key).open("rb")
        except FileNotFoundError:
            raise RecordingMissing(key) from None
        except OSError as error:
            raise StoreUnavailable(error.strerror or type(error).__name__) from error

    def _store(self, key: str | None, source: Path | BinaryIO) -> StoredObject:
        if isinstance(source, Path):
            with source.open("rb") as file:
                return self._store(key, file)
        try:
            return self._write(key, source)
        except OSError as error:
            raise StoreUnavailable(error.strerror or type(error).__name__) from error

    def _write(self, key: str | None, source: BinaryIO) -> StoredObject:
        incoming = self.root / INCOMING
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=incoming)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as target:
                sha256, size = copy_hashed(source, target)
                target.flush()
                os.fsync(target.fileno())
            final = self.path(key or sha256)
            self._make_folders(final.parent)
            if key is not None or not _is_there(final, size):
                temporary.replace(final)
            _sync_directory(final.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return StoredObject(key or sha256, sha256, size)

    def _make_folders(self, folder: Path) -> None:
        for level in (folder.parent, folder):
            with suppress(FileExistsError):
                level.mkdir(mode=0o700)
                _sync_directory(level.parent)


def _is_there(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _chunks(file: BinaryIO, left: int | None) -> Iterator[bytes]:
    with file:
        while left is None or left > 0:
            chunk = file.read(CHUNK if left is None else min(CHUNK, left))
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            yield chunk


def _sync_directory(folder: Path) -> None:
    if os.name == "nt":  # directories cannot be opened there; NTFS logs the rename itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
