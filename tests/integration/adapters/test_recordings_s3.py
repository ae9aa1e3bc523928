"""Recordings in an S3-compatible store: a real one, and one that answers badly."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest

from qa_app.adapters.recordings import store_from
from qa_app.adapters.recordings_s3 import S3Recordings
from qa_app.adapters.recordings_store import (
    RecordingDamaged,
    RecordingMissing,
    RecordingStore,
    StoreMisconfigured,
    StoreUnavailable,
    derived,
)
from tests.infrastructure.s3 import S3Server
from tests.integration.adapters.faulty_s3 import faulty_store

CONTENT = hashlib.shake_256(b"sound").digest(20 * 1024 * 1024 + 17)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(s3_server: S3Server, request: pytest.FixtureRequest) -> RecordingStore:
    prefix = hashlib.sha256(request.node.name.encode()).hexdigest()[:12]
    return store_from(f"s3://{s3_server.bucket}/{prefix}", s3_server.environment)


def test_a_large_recording_is_sent_in_parts_and_comes_back_whole(store: RecordingStore) -> None:
    stored = store.put(io.BytesIO(CONTENT))
    assert (stored.key, stored.sha256, stored.size) == (SHA256, SHA256, len(CONTENT))
    assert store.size(SHA256) == len(CONTENT)
    assert store.read(SHA256) == CONTENT
    assert store.path(SHA256) is None


def test_the_same_content_again_changes_nothing(store: RecordingStore, tmp_path: Path) -> None:
    source = tmp_path / "call.wav"
    source.write_bytes(CONTENT[:5000])
    first = store.put(source)
    assert store.put(io.BytesIO(CONTENT[:5000])) == first


def test_parts_are_given_exactly_and_no_further_than_the_end(store: RecordingStore) -> None:
    key = store.put(io.BytesIO(CONTENT[:3_000_000])).key
    # not 0 to 1: the test server answers a request for the first byte alone with everything
    for start, end in [(0, 2), (5, 5), (1000, 2_500_000), (2_999_000, None), (0, None)]:
        assert b"".join(store.open_range(key, start, end)) == CONTENT[:3_000_000][start:end]
    assert b"".join(store.open_range(key, 2_999_998, 10**9)) == CONTENT[2_999_998:3_000_000]
    assert list(store.open_range(key, 3_000_000)) == []


def test_a_job_gets_a_file_that_is_gone_afterwards(store: RecordingStore) -> None:
    key = store.put(io.BytesIO(CONTENT[:5000])).key
    with store.local(key) as path:
        assert path.read_bytes() == CONTENT[:5000]
    assert not path.exists()


def test_what_is_made_from_a_recording_can_be_replaced(store: RecordingStore) -> None:
    key = derived(SHA256, "peaks.v1")
    store.put_derived(key, io.BytesIO(b"first"))
    store.put_derived(key, io.BytesIO(b"second"))
    assert store.read(key) == b"second"
    with store.local(key) as path:
        assert path.read_bytes() == b"second"


def test_an_object_that_is_not_what_its_name_says_is_refused(store: RecordingStore) -> None:
    store.put_derived(SHA256, io.BytesIO(b"something else"))
    with pytest.raises(RecordingDamaged), store.local(SHA256):
        pass


def test_what_is_not_there_is_missing_at_the_call_and_not_later(store: RecordingStore) -> None:
    for ask in (store.open_range, store.read, store.size):
        with pytest.raises(RecordingMissing):
            ask(SHA256)
    assert not store.exists(SHA256)


def test_deleting_twice_is_deleting_once(store: RecordingStore) -> None:
    key = store.put(io.BytesIO(b"x")).key
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)


def test_no_key_leads_out_of_the_prefix(store: RecordingStore) -> None:
    for ask in (store.read, store.exists, store.delete, store.size, store.path):
        with pytest.raises(ValueError, match="not a key"):
            ask("../" + SHA256)


def test_the_check_passes_on_a_store_that_can_do_what_is_needed(store: RecordingStore) -> None:
    store.check()


def test_the_check_says_that_there_is_no_such_bucket(s3_server: S3Server) -> None:
    with pytest.raises(StoreMisconfigured, match="no such bucket"):
        store_from("s3://another-one", s3_server.environment).check()


def test_the_check_says_that_the_key_is_refused(s3_server: S3Server) -> None:
    access = {**s3_server.environment, "AWS_ACCESS_KEY_ID": "somebody-else"}
    with pytest.raises(StoreMisconfigured, match="refuses our key"):
        store_from(f"s3://{s3_server.bucket}", access).check()


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("500", StoreUnavailable, "it answers 500"),
        ("503", StoreUnavailable, "it answers 503"),
        ("400", StoreUnavailable, "it answers 400"),
        ("401", StoreMisconfigured, "refuses our key"),
        ("403", StoreMisconfigured, "refuses our key"),
        ("200", StoreMisconfigured, "support ranges"),
        ("half body", StoreUnavailable, "broke off"),
        ("slow", StoreUnavailable, "no answer in time"),
    ],
)
def test_playback_says_at_once_what_is_wrong_with_the_store(
    fault: str, error: type[Exception], words: str
) -> None:
    with faulty_store(fault) as endpoint, pytest.raises(error, match=words) as refused:
        _store(endpoint).open_range(SHA256)
    assert endpoint not in str(refused.value)


@pytest.mark.parametrize("fault", ["500", "403", "slow"])
def test_a_store_that_fails_keeps_nothing_as_if_it_were_kept(fault: str) -> None:
    with faulty_store(fault) as endpoint, pytest.raises((StoreUnavailable, StoreMisconfigured)):
        _store(endpoint).put(io.BytesIO(b"sound"))


def test_a_store_that_kept_something_else_does_not_look_as_if_it_had_kept_it_all() -> None:
    with faulty_store("") as endpoint, pytest.raises(StoreUnavailable, match="did not keep all"):
        _store(endpoint).put(io.BytesIO(b"another length than the store says"))


def test_nobody_listening_is_no_connection() -> None:
    with pytest.raises(StoreUnavailable, match="no connection"):
        _store("http://127.0.0.1:9").size(SHA256)


def _store(endpoint: str) -> S3Recordings:
    access = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
    }
    return S3Recordings("bucket", access=access, timeout=timedelta(seconds=1), retries=1)
