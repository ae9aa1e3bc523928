"""The turns of a transcript: from what an import gives to the one form that is kept.

On the hot path of an import: the usual turn is read without building anything but its text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from qa_app.domain.conversation import Speaker
from qa_app.domain.errors import Problem
from qa_app.domain.times import BadTime, iso_utc, read_instant

MAX_TURNS = 10_000
MAX_TEXT = 20_000
MAX_ALL_TEXT = 4_000_000
MAX_MS = 31 * 86_400_000
MAX_PROBLEMS = 50
KNOWN_KEYS = ("speaker", "text", "at", "from_ms", "to_ms")
SPEAKERS = frozenset(speaker.value for speaker in Speaker)
NO_TURNS = "[]"


class Turns(NamedTuple):
    """`text` is a JSON list of `{speaker, text[, at][, from_ms[, to_ms]]}`; `at` ends in Z."""

    text: str
    size: int
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def to_list(self) -> list[dict[str, Any]]:
        turns: list[dict[str, Any]] = json.loads(self.text)
        return turns


def read_turns(raw: object, zone: tzinfo) -> Turns:
    """Read a list of turns; all problems are reported, by `turns[3].text` and the like.

    `zone` is that of times without offset.
    """
    if not isinstance(raw, list):
        return _refused("turns", "not_a_list", "The turns are a list.")
    if len(raw) > MAX_TURNS:
        return _refused("turns", "too_many", f"There are more than {MAX_TURNS} turns.")
    reader = _TurnReader(zone)
    text = "[" + ",".join(reader.read(raw)) + "]"
    if len(text) > MAX_ALL_TEXT:
        return _refused("turns", "too_long", "The text of all turns together is too long.")
    problems = reader.problems or (_unfit_turns(raw) if _may_be_unfit(text) else [])
    if problems:
        return Turns(NO_TURNS, 0, tuple(problems), tuple(reader.warnings))
    return Turns(text, len(raw), (), tuple(reader.warnings))


class _TurnReader:
    """One list of turns under way."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.unknown: set[str] = set()

    def read(self, raw: Sequence[object]) -> list[str]:
        """The JSON text of every turn."""
        texts: list[str] = []
        zone = self.zone
        for turn in raw:
            text = _usual_turn(turn, zone)
            if text is None:
                text = self._any_turn(len(texts), turn)
            texts.append(text)
            if len(self.problems) >= MAX_PROBLEMS:
                break
        return texts

    def _any_turn(self, number: int, turn: object) -> str:
        where = f"turns[{number}]"
        if not isinstance(turn, Mapping):
            self._refuse(where, "not_a_mapping", "A turn is a mapping with speaker and text.")
            return ""
        self._warn_of_unknown_keys(where, turn)
        parts = [f'"speaker":"{self._speaker(where, turn)}","text":{self._text(where, turn)}']
        if turn.get("at") not in (None, ""):
            parts.append(f'"at":"{self._at(where, turn)}"')
        parts.extend(self._span(where, turn))
        return "{" + ",".join(parts) + "}"

    def _speaker(self, where: str, turn: Mapping[str, object]) -> str:
        speaker = turn.get("speaker")
        name = speaker.strip().lower() if isinstance(speaker, str) else ""
        if name not in SPEAKERS:
            message = "The speaker is agent, customer or system."
            self._refuse(f"{where}.speaker", "bad_speaker", message)
        return name

    def _text(self, where: str, turn: Mapping[str, object]) -> str:
        text = turn.get("text")
        if not isinstance(text, str):
            self._refuse(f"{where}.text", "not_a_text", "The text of a turn is missing.")
            return '""'
        if len(text) > MAX_TEXT:
            message = f"The text has more than {MAX_TEXT} characters."
            self._refuse(f"{where}.text", "too_long", message)
        return encode_basestring(text)

    def _at(self, where: str, turn: Mapping[str, object]) -> str:
        try:
            return iso_utc(read_instant(turn["at"], self.zone)[0])
        except BadTime as error:
            self._refuse(f"{where}.at", error.code, str(error))
            return ""

    def _span(self, where: str, turn: Mapping[str, object]) -> list[str]:
        start, end = turn.get("from_ms"), turn.get("to_ms")
        for name, value in (("from_ms", start), ("to_ms", end)):
            if value is not None and not _is_ms(value):
                message = "Milliseconds are a whole number from 0."
                self._refuse(f"{where}.{name}", "bad_number", message)
                return []
        if start is None:
            if end is not None:
                self._refuse(f"{where}.from_ms", "missing", "A turn with to_ms needs from_ms.")
            return []
        if end is None:
            return [f'"from_ms":{start}']
        if end < start:  # type: ignore[operator]
            self._refuse(f"{where}.to_ms", "ends_before_start", "The turn ends before it starts.")
        return [f'"from_ms":{start},"to_ms":{end}']

    def _warn_of_unknown_keys(self, where: str, turn: Mapping[str, object]) -> None:
        for key in turn:
            if key not in KNOWN_KEYS and key not in self.unknown and len(self.unknown) < 20:
                self.unknown.add(key)
                message = f"{str(key)[:60]!r} is not known in a turn and was left out."
                self.warnings.append(Problem(where, "unknown_key", message))

    def _refuse(self, where: str, code: str, message: str) -> None:
        self.problems.append(Problem(where, code, message))


def _usual_turn(turn: Any, zone: tzinfo) -> str | None:
    """The JSON text of a turn in its plain form; None for one that needs a closer look."""
    try:
        speaker, text, size = turn["speaker"], turn["text"], len(turn)
        if speaker not in SPEAKERS or len(text) > MAX_TEXT:
            return None
        if size == 4:
            start, end = turn["from_ms"], turn["to_ms"]
            if type(start) is not int or type(end) is not int or not 0 <= start <= end <= MAX_MS:
                return None
            encoded = encode_basestring(text)
            return f'{{"speaker":"{speaker}","text":{encoded},"from_ms":{start},"to_ms":{end}}}'
        if size == 3:
            at = turn["at"]
            if not _is_canonical_time(at):
                at = iso_utc(read_instant(at, zone)[0])
            return f'{{"speaker":"{speaker}","text":{encode_basestring(text)},"at":"{at}"}}'
        if size == 2:
            return f'{{"speaker":"{speaker}","text":{encode_basestring(text)}}}'
    except (TypeError, KeyError, ValueError, IndexError):
        pass
    return None


def _is_canonical_time(at: str) -> bool:
    """Whether `at` is written as it is kept: 2026-11-01T02:00:00Z."""
    if len(at) != 20 or at[4] != "-" or at[7] != "-" or at[10] != "T" or at[19] != "Z":
        return False
    if at[:2] != "20" or at[13] != ":" or at[16] != ":":
        return False
    datetime.fromisoformat(at)
    return True


def _is_ms(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_MS


def _may_be_unfit(text: str) -> bool:
    """Whether some turn may hold what no database keeps: a NUL, or half a surrogate pair."""
    return "\\u0000" in text or not (text.isascii() or _can_be_encoded(text))


def _can_be_encoded(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unfit_turns(raw: Sequence[Mapping[str, str]]) -> list[Problem]:
    message = "The text holds a character that is none (NUL or half a surrogate pair)."
    return [
        Problem(f"turns[{number}].text", "bad_character", message)
        for number, turn in enumerate(raw)
        if "\0" in turn["text"] or not _can_be_encoded(turn["text"])
    ][:MAX_PROBLEMS]


def _refused(where: str, code: str, message: str) -> Turns:
    return Turns(NO_TURNS, 0, (Problem(where, code, message),))
