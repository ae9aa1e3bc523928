"""Draws recomputed with nothing but the standard library's hmac and a plain sort."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.errors import InvalidInput
from qa_app.domain.sampling import (
    commitment,
    frame_digest,
    frame_of,
    next_replacement,
    owed,
    parse_seed,
    pick,
    place,
    split_quota,
    ticket,
    tickets,
)

SEED = bytes(range(32))
seeds = st.binary(min_size=32, max_size=32)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
keys = st.builds(lambda text: f"import:{text}", texts)
frames = st.sets(keys, max_size=40).map(sorted)


def by_hand(seed: bytes, key: str) -> str:
    return hmac.new(seed, key.encode(), "sha256").hexdigest()


def test_a_commitment_and_a_ticket_with_published_values() -> None:
    # SHA-256 of 32 zero bytes; HMAC test of RFC 4231, case 1, has a 20-byte key and is for hmac.
    zeros = bytes(32)
    assert commitment(zeros) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    assert ticket(SEED, "import:1") == by_hand(SEED, "import:1")


@given(seeds, st.lists(keys, max_size=20))
def test_tickets_are_those_of_the_standard_library(seed: bytes, some: list[str]) -> None:
    assert [raw.hex() for raw in tickets(seed, some)] == [by_hand(seed, key) for key in some]


@given(seeds, frames, st.integers(0, 50))
def test_picks_are_the_lowest_tickets_in_their_order(
    seed: bytes, frame: list[str], count: int
) -> None:
    expected = sorted((by_hand(seed, key), key) for key in frame)[:count]
    assert [(one.ticket, one.key) for one in pick(seed, frame, count)] == expected
    assert len(expected) == min(count, len(frame))


@given(seeds, frames)
def test_a_key_has_its_place_among_the_tickets(seed: bytes, frame: list[str]) -> None:
    order = [one.key for one in pick(seed, frame, len(frame))]
    assert [place(seed, frame, key) for key in order] == list(range(1, len(frame) + 1))


@given(frames)
def test_a_frame_digest_goes_over_the_keys_in_byte_order(frame: list[str]) -> None:
    lines = b"".join(key + b"\n" for key in sorted(key.encode() for key in frame))
    assert frame_digest(reversed(frame)) == hashlib.sha256(lines).hexdigest()


def test_byte_order_also_beyond_the_basic_plane() -> None:
    # U+FF5E sorts before U+1F600 in UTF-8, after it in UTF-16.
    assert frame_of(["a:\U0001f600", "a:\uff5e", "a:b"], ()) == ["a:b", "a:\uff5e", "a:\U0001f600"]


def test_an_empty_frame_has_the_digest_of_nothing() -> None:
    assert frame_digest([]) == hashlib.sha256(b"").hexdigest()
    assert pick(SEED, [], 5) == []
    assert next_replacement(SEED, [], []) is None


@given(seeds, frames, st.integers(0, 10))
def test_replacements_go_on_where_the_picks_ended(
    seed: bytes, frame: list[str], count: int
) -> None:
    picks = [one.key for one in pick(seed, frame, count)]
    while (following := next_replacement(seed, frame, picks)) is not None:
        assert following.key not in picks
        picks.append(following.key)
    assert picks == [one.key for one in pick(seed, frame, len(frame))]


@given(seeds, st.sets(keys, max_size=30), st.sets(keys, max_size=30), st.integers(0, 10))
def test_a_top_up_never_disturbs_earlier_picks(
    seed: bytes, early: set[str], late: set[str], quota: int
) -> None:
    first = [one.key for one in pick(seed, frame_of(early, ()), quota)]
    frame = frame_of(early | late, first)
    second = [one.key for one in pick(seed, frame, owed(quota, len(first)))]
    assert not set(first) & set(frame)
    assert len(first) + len(second) == min(quota, len(early | late))


@pytest.mark.parametrize(
    ("quota", "count", "parts"),
    [(5, 1, [5]), (5, 3, [2, 2, 1]), (2, 3, [1, 1, 0]), (0, 2, [0, 0]), (9, 3, [3, 3, 3])],
)
def test_earlier_slices_get_the_remainder(quota: int, count: int, parts: list[int]) -> None:
    assert split_quota(quota, count) == parts


def test_nothing_is_owed_beyond_the_quota() -> None:
    assert [owed(5, standing) for standing in (0, 3, 5, 7)] == [5, 2, 0, 0]


def test_a_seed_is_written_as_64_hex_digits() -> None:
    assert parse_seed("00" * 31 + "fF") == bytes(31) + b"\xff"


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "g" * 64, " " + "0" * 63, "０" * 64])
def test_anything_else_is_no_seed(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_seed(text)


def test_a_seed_of_another_length_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"short")
