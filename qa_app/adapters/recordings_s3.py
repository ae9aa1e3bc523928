"""Recordings in an S3-compatible store, for sites on several machines."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from qa_app.adapters.clock import random_hex
from qa_app.adapters.recordings_store import (
    CHUNK,
    RecordingDamaged,
    RecordingMissing,
    StoredObject,
    StoreMisconfigured,
    StoreUnavailable,
    checked_key,
    copy_hashed,
    is_original,
    object_path,
)

if TYPE_CHECKING:
    from obstore.store import S3Config

T = TypeVar("T")

PART = 8 * 1024 * 1024
PARTS_AT_ONCE = 2

_NO_RANGES = "it answers a request for a part with the whole object; it must support ranges"
_OTHER_BYTES = "it gave other bytes than were asked for"
_REFUSED = "it refuses our key or signature"


class S3Recordings:
    """A bucket, with an optional prefix, that holds the same paths as a local directory would."""

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        access: Mapping[str, str],
        timeout: timedelta = timedelta(seconds=30),
        retries: int = 2,
    ) -> None:
        endpoint = access.get("AWS_ENDPOINT_URL_S3") or access.get("AWS_ENDPOINT_URL")
        self._store = S3Store(
            bucket,
            prefix=prefix.strip("/") or None,
            config=_config(access, endpoint),
            client_options={
                "timeout": timeout,
                "connect_timeout": min(timeout, timedelta(seconds=5)),
                "allow_http": (endpoint or "").startswith("http://"),
            },
            retry_config={
                "max_retries": retries,
                "retry_timeout": timeout,
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=1),
                    "base": 2,
                },
            },
        )

    def put(self, source: Path | BinaryIO) -> StoredObject:
        with _as_file(source) as path:
            sha256, size = _hashed(path)
            stored = StoredObject(sha256, sha256, size)
            if self._size_or_none(sha256) != size:
                self._upload(path, stored)
        return stored

    def put_derived(self, key: str, source: Path | BinaryIO) -> StoredObject:
        checked_key(key)
        with _as_file(source) as path:
            sha256, size = _hashed(path)
            stored = StoredObject(key, sha256, size)
            self._upload(path, stored)
        return stored

    def open_range(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"not a range: {start}-{end}")
        size = self.size(key)
        stop = size if end is None else min(end, size)
        if start >= stop:
            return iter(())
        windows = self._windows(key, start, stop)
        return chain([next(windows)], windows)  # the first one now: it may be refused

    def read(self, key: str) -> bytes:
        return b"".join(self.open_range(key))

    def size(self, key: str) -> int:
        path = object_path(key)
        return _asked(key, lambda: obstore.head(self._store, path))["size"]

    def exists(self, key: str) -> bool:
        return self._size_or_none(key) is not None

    def delete(self, key: str) -> None:
        path = object_path(key)
        try:
            _asked(key, lambda: obstore.delete(self._store, path))
        except RecordingMissing:
            return

    def path(self, key: str) -> Path | None:
        checked_key(key)
        return None

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        content = self.open_range(key)
        with tempfile.TemporaryDirectory(prefix="qa-recording-") as folder:
            path = Path(folder) / "object"
            with path.open("wb") as file:
                for chunk in content:
                    file.write(chunk)
            if is_original(key) and _hashed(path)[0] != key:
                raise RecordingDamaged(key, "its content does not match its name")
            yield path

    def check(self) -> None:
        content = random_hex().encode()  # its own key, so that two checks at once do not meet
        stored = self.put(BytesIO(content))
        try:
            part = b"".join(self.open_range(stored.key, 2, 5))
        finally:
            self.delete(stored.key)
        if part != content[2:5]:
            raise StoreMisconfigured(_OTHER_BYTES)

    def _size_or_none(self, key: str) -> int | None:
        try:
            return self.size(key)
        except RecordingMissing:
            return None

    def _upload(self, path: Path, stored: StoredObject) -> None:
        """Send it, then ask what is there: a store that kept half of it must not look whole."""
        target = object_path(stored.key)
        _asked(
            stored.key,
            lambda: obstore.put(
                self._store, target, path, chunk_size=PART, max_concurrency=PARTS_AT_ONCE
            ),
        )
        if self._size_or_none(stored.key) != stored.size:
            raise StoreUnavailable("it did not keep all that was sent")

    def _windows(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        """One request for each window, so that a paused listener holds no connection."""
        for begin in range(start, stop, CHUNK):
            yield self._window(key, begin, min(begin + CHUNK, stop))

    def _window(self, key: str, begin: int, end: int) -> bytes:
        path = object_path(key)
        got = bytes(_asked(key, lambda: obstore.get_range(self._store, path, start=begin, end=end)))
        if len(got) != end - begin:
            raise StoreUnavailable("it gave fewer bytes than were asked for")
        return got


def _config(access: Mapping[str, str], endpoint: str | None) -> S3Config:
    config: S3Config = {
        "region": access.get("AWS_REGION") or access.get("AWS_DEFAULT_REGION") or "us-east-1"
    }
    if endpoint:
        config["endpoint"] = endpoint
    if access.get("AWS_ACCESS_KEY_ID"):
        config["access_key_id"] = access["AWS_ACCESS_KEY_ID"]
        config["secret_access_key"] = access.get("AWS_SECRET_ACCESS_KEY", "")
    if access.get("AWS_SESSION_TOKEN"):
        config["session_token"] = access["AWS_SESSION_TOKEN"]
    return config


def _asked(key: str, request: Callable[[], T]) -> T:
    """Make a request; turn what can go wrong into our own errors."""
    try:
        return request()
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise StoreMisconfigured("there is no such bucket") from error
        raise RecordingMissing(key) from error
    except (PermissionError, PermissionDeniedError, UnauthenticatedError) as error:
        raise StoreMisconfigured(_REFUSED) from error
    except (BaseError, OSError) as error:
        text = str(error)
        if "non-partial response" in text:
            raise StoreMisconfigured(_NO_RANGES) from error
        if re.search(r"Requested \d+\.\.\d+, got", text):
            raise StoreMisconfigured(_OTHER_BYTES) from error
        raise StoreUnavailable(_reason(text)) from error


def _reason(text: str) -> str:
    """A few words for people; the library's own long account stays in the cause, for the log."""
    if status := re.search(r"status code: (\d{3})", text):
        return f"it answers {status[1]}"
    if "body error" in text:
        return "its answer broke off"
    if "error sending request" in text:
        return "no connection, or no answer in time"
    return "it answers something unexpected"


def _hashed(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return copy_hashed(file)


@contextmanager
def _as_file(source: Path | BinaryIO) -> Iterator[Path]:
    if isinstance(source, Path):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="qa-recording-") as folder:
        path = Path(folder) / "object"
        with path.open("wb") as file:
            copy_hashed(source, file)
        yield path
