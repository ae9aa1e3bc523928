"""What a store of recordings promises, whichever it is: objects, keys, errors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from qa_app.domain.errors import QAError

CHUNK = 1024 * 1024

_KEY = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]+(?:[.-][a-z0-9]+)*)?", re.ASCII)
_NAME = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", re.ASCII)


class StoreError(QAError):
    """Something is wrong with the store of recordings or with an object in it."""

    code = "recordings_error"


class StoreUnavailable(StoreError):
    """The store does not answer as it should just now; the same call may work later."""

    code = "recordings_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__("The store of recordings does not answer (%(reason)s).", reason=reason)


class StoreMisconfigured(StoreError):
    """The store refuses us or cannot do what is needed; an administrator has to act."""

    code = "recordings_misconfigured"

    def __init__(self, reason: str) -> None:
        super().__init__("The store of recordings cannot be used (%(reason)s).", reason=reason)


class RecordingMissing(StoreError):
    """The store holds no object under this key."""

    code = "recording_missing"

    def __init__(self, key: str) -> None:
        super().__init__("The recording %(key)s is not in the store.", key=key)
        self.key = key


class RecordingDamaged(StoreError):
    """What the store gave is not what was put there."""

    code = "recording_damaged"

    def __init__(self, key: str, reason: str) -> None:
        super().__init__("The recording %(key)s is damaged (%(reason)s).", key=key, reason=reason)
        self.key = key


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object that is safely in the store: it survives a power cut from now on."""

    key: str
    sha256: str
    size: int


class RecordingStore(Protocol):
    """Objects named by the SHA-256 of their content, and derived ones named after an original."""

    def put(self, source: Path | BinaryIO) -> StoredObject:
        """Keep the content; its key is its SHA-256. The same content again changes nothing."""
        ...

    def put_derived(self, key: str, source: Path | BinaryIO) -> StoredObject:
        """Keep or replace what was made from an original; `key` comes from `derived()`."""
        ...

    def open_range(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes from `start` up to, not including, `end`. Errors come at the call, not later."""
        ...

    def read(self, key: str) -> bytes:
        """The whole object: for small ones, such as peaks."""
        ...

    def size(self, key: str) -> int:
        """Bytes in the object."""
        ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Remove the object, if it is there."""
        ...

    def path(self, key: str) -> Path | None:
        """The file of the object where the store is a local one, else None."""
        ...

    def local(self, key: str) -> AbstractContextManager[Path]:
        """The object as a file for the time of a `with`; a copy where the store is remote."""
        ...

    def check(self) -> None:
        """Write, read a part, delete. Raises StoreError with the reason if any of it fails."""
        ...


def derived(key: str, name: str) -> str:
    """The key of what is made from an original: `derived(sha256, "peaks.v1")`."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name of a derived object: {name!r}")
    return checked_key(f"{key}.{name}")


def checked_key(key: str) -> str:
    """The key itself, if it is one; anything else never becomes a path."""
    if len(key) > 160 or not _KEY.fullmatch(key):
        raise ValueError(f"not a key of a recording: {key!r}")
    return key


def object_path(key: str) -> str:
    """Where an object lies below the root of any store, two levels of 256 folders deep."""
    checked_key(key)
    return f"{key[:2]}/{key[2:4]}/{key}"


def is_original(key: str) -> bool:
    """Whether the key is the SHA-256 of the content."""
    return len(checked_key(key)) == 64


def copy_hashed(source: BinaryIO, target: BinaryIO | None = None) -> tuple[str, int]:
    """Copy to `target`, if there is one; the SHA-256 and the number of bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest(), size
