"""Recordings on disk: whole or not there at all, and never outside their folder."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qa_app.adapters.recordings import store_from
from qa_app.adapters.recordings_disk import DiskStore
from qa_app.adapters.recordings_store import (
    RecordingMissing,
    StoreMisconfigured,
    StoreUnavailable,
    derived,
    object_path,
)
from qa_app.domain.errors import InvalidInput

CONTENT = bytes(range(256)) * 9000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> DiskStore:
    return DiskStore(tmp_path / "recordings")


def _files(store: DiskStore) -> list[str]:
    return sorted(str(p.relative_to(store.root)) for p in store.root.rglob("*") if p.is_file())


def test_content_is_kept_under_its_sha256_two_folders_deep(store: DiskStore) -> None:
    stored = store.put(io.BytesIO(CONTENT))
    assert (stored.key, stored.sha256, stored.size) == (SHA256, SHA256, len(CONTENT))
    assert _files(store) == [f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"]
    assert store.path(SHA256).read_bytes() == store.read(SHA256) == CONTENT
    assert store.size(SHA256) == len(CONTENT)


def test_a_file_is_taken_by_its_path_and_stays_where_it_was(
    store: DiskStore, tmp_path: Path
) -> None:
    source = tmp_path / "call.wav"
    source.write_bytes(CONTENT)
    assert store.put(source).key == SHA256
    assert source.read_bytes() == CONTENT


def test_the_same_content_again_changes_nothing(store: DiskStore) -> None:
    first = store.put(io.BytesIO(CONTENT))
    changed = store.path(SHA256).stat().st_mtime_ns
    assert store.put(io.BytesIO(CONTENT)) == first
    assert store.path(SHA256).stat().st_mtime_ns == changed
    assert len(_files(store)) == 1


def test_half_an_object_left_by_a_power_cut_is_replaced(store: DiskStore) -> None:
    store.put(io.BytesIO(CONTENT))
    store.path(SHA256).write_bytes(b"")
    store.put(io.BytesIO(CONTENT))
    assert store.read(SHA256) == CONTENT


def test_a_source_that_breaks_off_leaves_nothing_behind(store: DiskStore) -> None:
    class Broken(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise OSError(5, "input/output error")

    with pytest.raises(StoreUnavailable, match="input/output"):
        store.put(Broken())  # type: ignore[arg-type]
    assert _files(store) == []


def test_the_file_is_synced_before_its_name_and_the_folder_after(
    store: DiskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds: list[str] = []
    really_sync, really_replace = os.fsync, Path.replace

    def sync(handle: int) -> None:
        deeds.append("sync folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "sync file")
        really_sync(handle)

    def replace(self: Path, target: Path) -> Path:
        deeds.append("rename")
        return really_replace(self, target)

    store.put(io.BytesIO(b"so that the folders are there: x"))
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    store.put_derived(derived(SHA256, "peaks"), io.BytesIO(b"1"))
    assert deeds[0] == "sync file"
    assert deeds[-2:] == ["rename", "sync folder"]


def test_parts_are_given_exactly_and_no_further_than_the_end(store: DiskStore) -> None:
    store.put(io.BytesIO(CONTENT))
    for start, end in [(0, 1), (5, 5), (1000, 1_500_000), (2_000_000, None), (0, None)]:
        assert b"".join(store.open_range(SHA256, start, end)) == CONTENT[start:end]
    assert b"".join(store.open_range(SHA256, len(CONTENT) - 2, 10**9)) == CONTENT[-2:]
    assert max(map(len, store.open_range(SHA256))) <= 1024 * 1024


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 4)])
def test_an_impossible_part_is_refused_at_once(store: DiskStore, start: int, end: int) -> None:
    store.put(io.BytesIO(CONTENT))
    with pytest.raises(ValueError, match="not a range"):
        store.open_range(SHA256, start, end)


def test_what_is_not_there_is_missing_at_the_call_and_not_later(store: DiskStore) -> None:
    for ask in (store.open_range, store.read, store.size):
        with pytest.raises(RecordingMissing) as missing:
            ask(SHA256)
        assert missing.value.key == SHA256
    with pytest.raises(RecordingMissing), store.local(SHA256):
        pass
    assert not store.exists(SHA256)


def test_what_is_made_from_a_recording_is_kept_beside_it_and_can_be_replaced(
    store: DiskStore,
) -> None:
    key = derived(store.put(io.BytesIO(CONTENT)).key, "peaks.v1")
    assert object_path(key) == f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}.peaks.v1"
    store.put_derived(key, io.BytesIO(b"first"))
    stored = store.put_derived(key, io.BytesIO(b"second"))
    assert (stored.key, stored.size) == (key, 6)
    assert store.read(key) == b"second"


def test_deleting_twice_is_deleting_once(store: DiskStore) -> None:
    store.put(io.BytesIO(CONTENT))
    store.delete(SHA256)
    store.delete(SHA256)
    assert _files(store) == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "ab/cd",
        "A" * 64,
        "a" * 63,
        "a" * 64 + "/../../x",
        "a" * 64 + ".",
        "a" * 64 + "..peaks",
        "a" * 64 + ".peaks/x",
        "a" * 64 + ".peaks\n",
        "a" * 64 + "\0",
        "a" * 64 + ".PEAKS",
        "a" * 64 + "." + "x" * 200,
        "٣" * 64,
    ],
)
def test_no_key_leads_out_of_the_folder(store: DiskStore, key: str) -> None:
    for ask in (store.path, store.read, store.exists, store.delete, store.size):
        with pytest.raises(ValueError, match="not a key"):
            ask(key)
    with pytest.raises(ValueError, match="not a key"):
        store.put_derived(key, io.BytesIO(b"x"))
    assert not store.root.exists()


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "a..b", "-a", "a\n"])
def test_no_name_of_a_derived_object_leads_anywhere_else(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        derived(SHA256, name)


def test_what_killed_writers_left_is_cleared_by_age(store: DiskStore) -> None:
    now = datetime(2026, 11, 16, tzinfo=UTC)
    store.put(io.BytesIO(CONTENT))
    for name, age in (("old", timedelta(days=2)), ("new", timedelta(minutes=1))):
        path = store.root / "incoming" / name
        path.write_bytes(b"half")
        os.utime(path, times=((now - age).timestamp(),) * 2)
    assert store.clear_incoming(now - timedelta(days=1)) == 1
    assert _files(store)[-1] == "incoming/new"
    assert store.exists(SHA256)


def test_the_check_writes_reads_a_part_and_leaves_nothing(store: DiskStore) -> None:
    store.check()
    assert _files(store) == []


def test_the_check_says_why_a_folder_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"not a folder")
    with pytest.raises(StoreMisconfigured):
        DiskStore(tmp_path / "file" / "recordings").check()


def test_the_location_decides_which_store_it_is(tmp_path: Path) -> None:
    access = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    assert store_from(str(tmp_path)).path(SHA256) == tmp_path / object_path(SHA256)
    assert store_from("s3://recordings/a/b", access).path(SHA256) is None
    for location in ("", "gs://bucket/x", "https://example.com/x", "s3://Bad_Bucket", "s3://"):
        with pytest.raises(InvalidInput) as refused:
            store_from(location)
        assert refused.value.problems[0].where == "QA_RECORDINGS"
