"""Turns as a reader found them, made into the turns that are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

import orjson

from qa_app.domain.conversation import Direction
from qa_app.domain.errors import Problem
from qa_app.domain.transcripts.model import Notes, RawTurn, Transcript
from qa_app.domain.transcripts.roles import conclude
from qa_app.domain.transcripts.words import word_places
from qa_app.domain.turns import MAX_TURNS, Turns, read_turns

OVERLAP_MS = 200


def build(
    form: str,
    raw: Sequence[RawTurn],
    notes: Notes,
    *,
    zone: tzinfo,
    names: Mapping[str, str] | None = None,
    direction: Direction | None = None,
    merges: bool = False,
) -> Transcript:
    """The transcript of the turns; `merges`: lanes came one after the other, as they should.

    Turns without text are left out, ends that are missing or wrong too, all are sorted by time:
    each is warned of. With any problem there are no turns.
    """
    said = _with_text(raw, notes)
    if len(said) > MAX_TURNS:
        notes.refuse("", "too_many", f"There are more than {MAX_TURNS} turns.")
    if not said and not notes.problems:
        notes.refuse("", "no_turns", "Nothing is said in it.")
    if notes.problems:
        return Transcript(form, problems=tuple(notes.problems), warnings=tuple(notes.warnings))
    said = _in_order(said, notes, merges=merges)
    for turn in said:
        _mend_end(turn, notes)
    _warn_of_overlaps(said, notes)
    speakers = conclude(said, names or {}, direction)
    roles = {one.label: one.role.value for one in speakers}
    checked = read_turns([_stored(turn, roles[turn.label]) for turn in said], zone)
    if checked.problems:
        problems = tuple(_placed(one, said) for one in checked.problems)
        return Transcript(form, problems=problems, warnings=tuple(notes.warnings))
    return Transcript(
        form,
        checked.to_list(),
        [turn.label for turn in said],
        speakers,
        (),
        (*notes.warnings, *checked.warnings),
    )


def as_turns(transcript: Transcript) -> Turns:
    """The turns of a transcript as text, as the database keeps them."""
    return Turns(orjson.dumps(transcript.turns).decode(), len(transcript.turns))


def _with_text(raw: Sequence[RawTurn], notes: Notes) -> list[RawTurn]:
    kept = []
    for turn in raw:
        turn.text = turn.text.strip()
        if turn.text or turn.more:
            kept.append(turn)
        else:
            notes.warn(turn.where, "no_text", "Turns without text were left out: %(count)s.")
    return kept


def _in_order(said: list[RawTurn], notes: Notes, *, merges: bool) -> list[RawTurn]:
    """By start; a turn without one stays behind the turn that it follows."""
    keys, last = [], 0
    for turn in said:
        if turn.from_ms is not None:
            if turn.from_ms < last and not merges:
                message = "Turns out of the order of time were sorted: %(count)s."
                notes.warn(turn.where, "not_in_order", message)
            last = turn.from_ms
        keys.append(last)
    places = sorted(range(len(said)), key=keys.__getitem__)
    return [said[place] for place in places]


def _mend_end(turn: RawTurn, notes: Notes) -> None:
    if turn.from_ms is None:
        turn.to_ms = None
    elif turn.to_ms is None:
        notes.warn(turn.where, "no_end", "Turns without an end keep only their start: %(count)s.")
    elif turn.to_ms < turn.from_ms:
        message = "Turns that end before they start keep only their start: %(count)s."
        notes.warn(turn.where, "bad_end", message)
        turn.to_ms = None


def _warn_of_overlaps(said: Sequence[RawTurn], notes: Notes) -> None:
    """One speaker cannot say two things at a time; two speakers may."""
    ends: dict[str, int] = {}
    for turn in said:
        if turn.from_ms is None:
            continue
        if turn.from_ms + OVERLAP_MS < ends.get(turn.label, 0):
            message = "Turns that begin before their speaker has ended: %(count)s."
            notes.warn(turn.where, "overlap", message)
        ends[turn.label] = max(ends.get(turn.label, 0), turn.to_ms or turn.from_ms)


def _stored(turn: RawTurn, role: str) -> dict[str, Any]:
    stored: dict[str, Any] = {"speaker": role, "text": turn.text}
    if turn.at not in (None, ""):
        stored["at"] = turn.at
    if turn.from_ms is not None:
        stored["from_ms"] = turn.from_ms
    if turn.to_ms is not None:
        stored["to_ms"] = turn.to_ms
    stored.update(turn.more)
    words = word_places(turn.text, turn.words)
    if words:
        stored["words"] = words
    return stored


def _placed(problem: Problem, said: Sequence[RawTurn]) -> Problem:
    """A problem of `turns[3].text` at the place in the file that the turn came from."""
    place, bracket, rest = problem.where.removeprefix("turns[").partition("]")
    if not bracket or not place.isdecimal() or int(place) >= len(said):
        return problem
    return Problem(f"{said[int(place)].where}{rest}", problem.code, problem.message)
