"""Which spans of a sound are hidden: by the times of turns and words that hold personal data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qa_app.domain.masking import personal_data_of_turns

Span = tuple[int, int]
"""From, to in milliseconds."""

AROUND_WORDS_MS = 200
AROUND_GUESS_MS = 500
GUESS_SHARE = 10
JOIN_GAP_MS = 300
SHORTEST_MS = 50
FORMAT = "1"
RULES = 2
"""Version of what counts as personal data and of how far it reaches in the sound. Every change of
either raises it: sites then look through their sounds once more."""


def spans_of_personal_data(turns: Sequence[Mapping[str, Any]]) -> list[Span]:
    """Where the personal data of a conversation is heard, merged and in order.

    By the times of its words where a turn has them, else by the place in its text, with more room
    around. Turns without times say nothing of the sound.
    """
    found = []
    for index, hit in personal_data_of_turns(turns):
        span = _heard(turns[index], hit.begin, hit.end)
        if span is not None:
            found.append(span)
    return merged(found)


def merged(spans: Iterable[Span], gap_ms: int = JOIN_GAP_MS) -> list[Span]:
    """The spans in order; those that touch, or nearly do, made one."""
    result: list[Span] = []
    for begin, end in sorted(spans):
        if result and begin <= result[-1][1] + gap_ms:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((begin, end))
    return result


def digest_of(sha256: str, spans: Sequence[Span]) -> str:
    """A name for a sound with these spans hidden: the same for the same ones."""
    parts = [FORMAT, sha256, *(f"{begin}-{end}" for begin, end in spans)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def covered_by(span: Span, others: Iterable[Span]) -> bool:
    """Whether one of the others holds the whole span."""
    return any(begin <= span[0] and span[1] <= end for begin, end in others)


def _heard(turn: Mapping[str, Any], begin: int, end: int) -> Span | None:
    from_words = _by_words(turn, begin, end)
    if from_words is not None:
        return _widened(from_words, AROUND_WORDS_MS)
    first, last = turn.get("from_ms"), turn.get("to_ms")
    length = len(turn.get("text") or "")
    if not isinstance(first, int) or not isinstance(last, int) or last <= first or not length:
        return None
    duration = last - first
    guessed = (first + duration * begin // length, first - (-duration * end // length))
    wide = _widened(guessed, max(AROUND_GUESS_MS, duration // GUESS_SHARE))
    return max(wide[0], first - AROUND_GUESS_MS, 0), min(wide[1], last + AROUND_GUESS_MS)


def _by_words(turn: Mapping[str, Any], begin: int, end: int) -> Span | None:
    words = turn.get("words") or []
    spans = []
    for order, (offset, first, last) in enumerate(words):
        following = words[order + 1][0] if order + 1 < len(words) else len(turn.get("text") or "")
        if offset < end and following > begin:
            spans.append((first, last))
    if not spans:
        return None
    return min(first for first, _ in spans), max(last for _, last in spans)


def _widened(span: Span, by_ms: int) -> Span:
    return max(0, span[0] - by_ms), max(span[1] + by_ms, span[0] + SHORTEST_MS)
