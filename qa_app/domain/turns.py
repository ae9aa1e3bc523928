"""The turns of a transcript: from what an import gives to the one form that is kept.

On the hot path of an import: the usual turn is read without building anything but its text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from qa_app.domain.conversation import Speaker
from qa_app.domain.errors import Problem
from qa_app.domain.times import BadTime, iso_utc, read_instant

MAX_TURNS = 10_000
MAX_TEXT = 20_000
MAX_ALL_TEXT = 4_000_000
MAX_MS = 31 * 86_400_000
MAX_PROBLEMS = 50
MAX_FILES = 20
MAX_NAME = 200
KNOWN_KEYS = ("speaker", "text", "at", "from_ms", "to_ms", "kind", "files", "words")
KINDS = ("note", "recalled")
FILE_TYPES = ("image", "sound", "video", "file")
SPEAKERS = frozenset(speaker.value for speaker in Speaker)
SECONDS = {f":{second:02d}": f":{second:02d}" for second in range(60)}
NO_TURNS = "[]"
NUL = b"\\u0000"

Turn = dict[str, Any]


class Turns(NamedTuple):
    """`text` is a JSON list of turns: mappings with the KNOWN_KEYS.

    All but speaker and text may be left out. `at` ends in Z. `kind` is `note` (between
    colleagues) or `recalled` (taken back by its sender); left out it was said. `files` are
    `{name, type}`; `words` are `[place in text, from_ms, to_ms]`.
    """

    text: str
    size: int
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def to_list(self) -> list[dict[str, Any]]:
        turns: list[dict[str, Any]] = orjson.loads(self.text)
        return turns


def read_turns(raw: object, zone: tzinfo) -> Turns:
    """Read a list of turns; all problems are reported, by `turns[3].text` and the like.

    `zone` is that of times without offset.
    """
    if not isinstance(raw, list):
        return _refused("turns", "not_a_list", "The turns are a list.")
    if len(raw) > MAX_TURNS:
        return _refused("turns", "too_many", f"There are more than {MAX_TURNS} turns.")
    turns = _usual_turns(raw, zone)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    if turns is None:
        reader = _TurnReader(zone)
        turns, problems, warnings = reader.read(raw), reader.problems, reader.warnings
    text = NO_TURNS if problems else _json_text(turns)
    if text is None:
        problems = _unfit_turns(turns)
    elif len(text) > MAX_ALL_TEXT:
        return _refused("turns", "too_long", "The text of all turns together is too long.")
    if problems or text is None:
        return Turns(NO_TURNS, 0, tuple(problems), tuple(warnings))
    return Turns(text, len(turns), (), tuple(warnings))


class _TurnReader:
    """One list of turns under way."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.unknown: set[str] = set()

    def read(self, raw: Sequence[object]) -> list[Turn]:
        """Every turn as it is kept, up to the one that makes the problems too many."""
        turns: list[Turn] = []
        for number, turn in enumerate(raw):
            turns.append(self._turn(f"turns[{number}]", turn))
            if len(self.problems) >= MAX_PROBLEMS:
                break
        return turns

    def _turn(self, where: str, turn: object) -> Turn:
        if not isinstance(turn, Mapping):
            self._refuse(where, "not_a_mapping", "A turn is a mapping with speaker and text.")
            return {}
        self._warn_of_unknown_keys(where, turn)
        kept: Turn = {"speaker": self._speaker(where, turn), "text": self._text(where, turn)}
        if turn.get("at") not in (None, ""):
            kept["at"] = self._at(where, turn)
        return kept | self._span(where, turn) | self._rest(where, turn)

    def _rest(self, where: str, turn: Mapping[str, object]) -> Turn:
        """What few turns have; what is empty is left out."""
        rest: Turn = {}
        kind = turn.get("kind")
        if isinstance(kind, str) and kind in KINDS:
            rest["kind"] = kind
        elif kind not in (None, ""):
            self._refuse(f"{where}.kind", "unknown_value", "The kind is note or recalled.")
        if turn.get("files") not in (None, []):
            rest["files"] = self._files(f"{where}.files", turn["files"])
        if turn.get("words") not in (None, []):
            text = turn.get("text")
            rest["words"] = self._words(f"{where}.words", turn["words"], text)
        return rest

    def _files(self, where: str, files: object) -> list[dict[str, str]]:
        if not isinstance(files, list) or len(files) > MAX_FILES:
            self._refuse(where, "bad_files", f"Files are a list of at most {MAX_FILES}.")
            return []
        if all(_is_file(one) for one in files):
            return [{"name": one["name"].strip(), "type": one["type"]} for one in files]
        message = f"A file has a name of at most {MAX_NAME} characters and a type."
        self._refuse(where, "bad_files", message)
        return []

    def _words(self, where: str, words: object, text: object) -> list[list[int]]:
        size = len(text) if isinstance(text, str) else 0
        if isinstance(words, list) and _are_words(words, size):
            return words
        message = "Words are [place in the text, from_ms, to_ms], in the order of the text."
        self._refuse(where, "bad_words", message)
        return []

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
            return ""
        if len(text) > MAX_TEXT:
            message = f"The text has more than {MAX_TEXT} characters."
            self._refuse(f"{where}.text", "too_long", message)
        return text

    def _at(self, where: str, turn: Mapping[str, object]) -> str:
        try:
            return iso_utc(read_instant(turn["at"], self.zone)[0])
        except BadTime as error:
            self._refuse(f"{where}.at", error.code, str(error))
            return ""

    def _span(self, where: str, turn: Mapping[str, object]) -> Turn:
        span: Turn = {}
        for name in ("from_ms", "to_ms"):
            value = turn.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_MS:
                span[name] = value
            elif value is not None:
                message = "Milliseconds are a whole number from 0."
                self._refuse(f"{where}.{name}", "bad_number", message)
                return {}
        if "to_ms" in span and "from_ms" not in span:
            self._refuse(f"{where}.from_ms", "missing", "A turn with to_ms needs from_ms.")
        elif "to_ms" in span and span["to_ms"] < span["from_ms"]:
            self._refuse(f"{where}.to_ms", "ends_before_start", "The turn ends before it starts.")
        return span

    def _warn_of_unknown_keys(self, where: str, turn: Mapping[str, object]) -> None:
        for key in turn:
            if key not in KNOWN_KEYS and key not in self.unknown and len(self.unknown) < 20:
                self.unknown.add(key)
                message = f"{str(key)[:60]!r} is not known in a turn and was left out."
                self.warnings.append(Problem(where, "unknown_key", message))

    def _refuse(self, where: str, code: str, message: str) -> None:
        self.problems.append(Problem(where, code, message))


def _is_file(one: object) -> bool:
    if not isinstance(one, Mapping):
        return False
    name, kind = one.get("name"), one.get("type")
    return (
        isinstance(name, str)
        and 0 < len(name.strip()) <= MAX_NAME
        and name.isprintable()
        and isinstance(kind, str)
        and kind in FILE_TYPES
    )


def _are_words(words: list[Any], size: int) -> bool:
    """Whether they are whole numbers within bounds; places in the text grow."""
    last = -1
    for word in words:
        if type(word) is not list or [type(number) for number in word] != [int, int, int]:
            return False
        place, start, end = word
        if not (last < place < size and 0 <= start <= end <= MAX_MS):
            return False
        last = place
    return True


def _usual_turns(raw: Any, zone: tzinfo) -> list[Turn] | None:
    """Turns that are all in a plain form, as they are kept; None where one is not."""
    turns: list[Turn] = []
    try:
        for turn in raw:
            speaker, text, size = turn["speaker"], turn["text"], len(turn)
            if speaker not in SPEAKERS or type(text) is not str or len(text) > MAX_TEXT:
                return None
            kept: Turn = {"speaker": speaker, "text": text}
            if size == 4:
                start, end = turn["from_ms"], turn["to_ms"]
                if (
                    type(start) is not int
                    or type(end) is not int
                    or not 0 <= start <= end <= MAX_MS
                ):
                    return None
                kept["from_ms"], kept["to_ms"] = start, end
            elif size == 3:
                kept["at"] = _usual_time(turn["at"], zone)
            elif size != 2:
                return None
            turns.append(kept)
    except (TypeError, KeyError, ValueError):
        return None
    return turns


def _usual_time(at: str, zone: tzinfo) -> str:
    """A time as it is kept. The turns of a conversation share few minutes: those are looked up."""
    rest = at[19:]
    if len(rest) > 1 and rest[0] == ".":
        fraction, rest = rest[:4], rest[4:]
        if not (fraction.isascii() and fraction[1:].isdecimal() and len(fraction) == 4):
            raise ValueError(at)
        if fraction != ".000":
            return _utc_minute(at[:16] + rest, zone) + SECONDS[at[16:19]] + fraction + "Z"
    return _utc_minute(at[:16] + rest, zone) + SECONDS[at[16:19]] + "Z"


@lru_cache(maxsize=8192)
def _utc_minute(text: str, zone: tzinfo) -> str:
    """A time without seconds as UTC: 2026-11-01T10:00+08:00 is 2026-11-01T02:00."""
    instant, _ = read_instant(text, zone)
    if instant.second or instant.microsecond:
        raise BadTime("bad_time", "The offset is not one of whole minutes.")
    return instant.isoformat(timespec="minutes")[:16]


def _json_text(turns: list[Turn]) -> str | None:
    """The turns as JSON; None where one may hold what no database keeps.

    That is a NUL or half a surrogate pair.
    """
    try:
        text = orjson.dumps(turns)
    except TypeError:
        return None
    if NUL in text and any("\0" in turn["text"] for turn in turns):
        return None
    return text.decode()


def _unfit_turns(turns: list[Turn]) -> list[Problem]:
    message = "The text holds a character that is none (NUL or half a surrogate pair)."
    return [
        Problem(f"turns[{number}].text", "bad_character", message)
        for number, turn in enumerate(turns)
        if "\0" in turn["text"] or not _can_be_encoded(turn["text"])
    ][:MAX_PROBLEMS]


def _can_be_encoded(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(where: str, code: str, message: str) -> Turns:
    return Turns(NO_TURNS, 0, (Problem(where, code, message),))
