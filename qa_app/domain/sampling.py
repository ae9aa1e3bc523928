"""Seeds, tickets, frames and picks of a draw: nothing but SHA-256 (handbook 6)."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from qa_app.domain.calendar import slice_lengths
from qa_app.domain.errors import InvalidInput, Problem

SEED_BYTES = 32
SEED_PATTERN = re.compile(r"[0-9a-fA-F]{64}")
HMAC_BLOCK = 64
REPLACEMENT_REASONS = (
    "no_sound",
    "wrong_agent",
    "test_call",
    "internal",
    "too_short",
    "conflict_of_interest",
    "other",
)
REASON_WITH_TEXT = "other"


class PickedKey(NamedTuple):
    """A conversation's key and the ticket that it was picked by (64 hex digits)."""

    key: str
    ticket: str


def parse_seed(text: str) -> bytes:
    """Read a seed written as 64 hex digits. Raises InvalidInput."""
    if SEED_PATTERN.fullmatch(text) is None:
        raise InvalidInput([Problem("seed", "bad_seed", "A seed is written as 64 hex digits.")])
    return bytes.fromhex(text)


def commitment(seed: bytes) -> str:
    """What is shown of a seed before it may be shown: SHA-256 over its raw bytes."""
    _check_seed(seed)
    return hashlib.sha256(seed).hexdigest()


def ticket(seed: bytes, key: str) -> str:
    """HMAC-SHA256(seed, key as UTF-8) in lower-case hex."""
    return tickets(seed, [key])[0].hex()


def tickets(seed: bytes, keys: Iterable[str]) -> list[bytes]:
    """The raw tickets of many keys: RFC 2104 with both padded states hashed only once."""
    _check_seed(seed)
    block = seed.ljust(HMAC_BLOCK, b"\0")
    copy_inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block)).copy
    copy_outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block)).copy
    results: list[bytes] = []
    append = results.append
    for key in keys:
        inner = copy_inner()
        inner.update(key.encode())
        outer = copy_outer()
        outer.update(inner.digest())
        append(outer.digest())
    return results


def in_byte_order(keys: Iterable[str]) -> list[str]:
    """Keys as a frame lists them. Order by code point is the order of their UTF-8 bytes."""
    return sorted(keys)


def frame_digest(keys: Iterable[str]) -> str:
    """SHA-256 of the keys in byte order, each followed by a newline, in lower-case hex."""
    ordered = in_byte_order(keys)
    return hashlib.sha256("".join(f"{key}\n" for key in ordered).encode()).hexdigest()


def split_quota(quota: int, slice_count: int) -> list[int]:
    """A quota over slices; the earlier ones get the remainder."""
    return slice_lengths(quota, slice_count)


def owed(quota: int, standing: int) -> int:
    """What a stratum is still owed, given how many of its picks stand (replaced ones do not)."""
    return max(0, quota - standing)


def frame_of(eligible: Iterable[str], earlier_picks: Collection[str]) -> list[str]:
    """The frame of a draw: eligible keys minus what earlier random draws picked, in byte order."""
    return in_byte_order(set(eligible).difference(earlier_picks))


def pick(seed: bytes, frame: Sequence[str], count: int) -> list[PickedKey]:
    """The `count` lowest tickets of a frame, in ticket order; all of them if there are fewer."""
    numbered = zip(tickets(seed, frame), frame, strict=True)
    lowest = heapq.nsmallest(max(0, count), numbered)
    return [PickedKey(key, raw.hex()) for raw, key in lowest]


def next_replacement(seed: bytes, frame: Sequence[str], picks: Collection[str]) -> PickedKey | None:
    """The next lowest ticket of a draw's frame after its `picks`; None when it is used up."""
    following = pick(seed, frame, len(picks) + 1)[len(picks) :]
    return following[0] if following else None


def place(seed: bytes, frame: Sequence[str], key: str) -> int:
    """Which place, from 1, the ticket of `key` has in a frame that holds it."""
    own = bytes.fromhex(ticket(seed, key))
    return 1 + sum(other < own for other in tickets(seed, frame))


def _check_seed(seed: bytes) -> None:
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes")
