"""The sheet of a draft: what an entry may hold, how changes are merged (handbook 2 §2)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from qa_app.domain.errors import Problem

Entry = dict[str, Any]
Sheet = dict[str, Entry]

TEXT_LIMIT = 4000
EVIDENCE_LIMIT = 20
REASONS_LIMIT = 50
LONGEST_SOUND_MS = 24 * 3600 * 1000


def merge(
    sheet: Mapping[str, Entry],
    changes: Mapping[str, Any],
    question_ids: Iterable[str],
    turn_count: int | None = None,
) -> tuple[Sheet, list[Problem]]:
    """The sheet with the changed entries in place (None or empty: taken away), and what is wrong.

    An entry that cannot be kept is left as it was. Whether an answer fits its question is not
    asked here: `scorecards.score` says that.
    """
    known = set(question_ids)
    merged, problems = dict(sheet), []
    for question_id, change in changes.items():
        where = str(question_id)[:120]
        if question_id not in known:
            problems.append(Problem(where, "unknown_question", "The form has no such question."))
            continue
        entry, wrong = clean_entry(where, change, turn_count)
        problems += wrong
        if wrong:
            continue
        if entry:
            merged[question_id] = entry
        else:
            merged.pop(question_id, None)
    return merged, problems


def clean_entry(where: str, change: Any, turn_count: int | None) -> tuple[Entry, list[Problem]]:
    """The entry without empty parts; every problem of its shape."""
    if change is None:
        return {}, []
    if not isinstance(change, Mapping):
        return {}, [Problem(where, "bad_entry", "An entry is an object.")]
    entry: Entry = {}
    problems = [
        Problem(where, "unknown_key", f"An entry has no {str(key)[:40]!r}.")
        for key in change
        if key not in _PARTS
    ]
    for part, clean in _PARTS.items():
        value = change.get(part)
        if value is None or value is False or value == "":
            continue
        cleaned, message = clean(value, turn_count)
        if message:
            problems.append(Problem(where, f"bad_{part}", message))
        elif cleaned not in ("", []) or (part == "answer" and cleaned == []):
            entry[part] = cleaned  # a checklist of which nothing is ticked is answered
    return entry, problems


def names_turns(entry: object) -> bool:
    """Whether an entry, of whatever shape, seems to name messages as evidence."""
    places = entry.get("evidence") if isinstance(entry, Mapping) else None
    return isinstance(places, list) and any(
        isinstance(place, Mapping) and "turn" in place for place in places
    )


def clean_text(text: str) -> str:
    """Text that every database can hold: no NUL, no half of a surrogate pair, ends trimmed."""
    kept = text.replace("\x00", "").replace("\r\n", "\n")
    return kept.encode("utf-8", "replace").decode().strip()


Cleaned = tuple[Any, str | None]


def _answer(value: Any, _turns: int | None) -> Cleaned:
    if isinstance(value, str):
        return _comment(value, _turns)
    if isinstance(value, list):
        return _names(value, _turns)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, "An answer is a text, a number or a list."
    if abs(value) > 1e15 or not math.isfinite(value):
        return None, "This is no number that can be kept."
    return value, None


def _na(value: Any, _turns: int | None) -> Cleaned:
    return (True, None) if value is True else (None, "Not applicable is true or false.")


def _comment(value: Any, _turns: int | None) -> Cleaned:
    if not isinstance(value, str):
        return None, "A comment is a text."
    text = clean_text(value)
    if len(text) > TEXT_LIMIT:
        return None, f"Use at most {TEXT_LIMIT} characters."
    return text, None


def _names(value: Any, _turns: int | None) -> Cleaned:
    if not isinstance(value, list) or len(value) > REASONS_LIMIT:
        return None, "This is a list of ids."
    if not all(isinstance(name, str) and 0 < len(name) <= 120 for name in value):
        return None, "This is a list of ids."
    return list(dict.fromkeys(clean_text(name) for name in value)), None


def _evidence(value: Any, turns: int | None) -> Cleaned:
    if not isinstance(value, list) or len(value) > EVIDENCE_LIMIT:
        return None, f"Use at most {EVIDENCE_LIMIT} places as evidence."
    kept: list[dict[str, int]] = []
    for place in value:
        cleaned = _place(place, turns)
        if cleaned is None:
            return None, "A place is a time span or a message of this conversation."
        if cleaned not in kept:
            kept.append(cleaned)
    return kept, None


def _place(place: Any, turns: int | None) -> dict[str, int] | None:
    if not isinstance(place, Mapping) or not all(type(number) is int for number in place.values()):
        return None
    if set(place) == {"turn"}:
        turn = place["turn"]
        return {"turn": turn} if 0 <= turn < (10**6 if turns is None else turns) else None
    if set(place) != {"from_ms", "to_ms"}:
        return None
    begin, end = place["from_ms"], place["to_ms"]
    return {"from_ms": begin, "to_ms": end} if 0 <= begin < end <= LONGEST_SOUND_MS else None


_PARTS = {
    "answer": _answer,
    "na": _na,
    "comment": _comment,
    "reasons": _names,
    "evidence": _evidence,
}
