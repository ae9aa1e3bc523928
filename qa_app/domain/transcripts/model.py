"""What a transcript file gives: its turns in the stored form, its speakers, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from qa_app.domain.conversation import Speaker
from qa_app.domain.errors import Problem
from qa_app.domain.turns import MAX_MS, MAX_PROBLEMS

MAX_BYTES = 32 << 20
MAX_LABEL = 60
MAX_SAMPLE = 80
UNNAMED = ""
"""The label of turns whose file does not say who speaks."""


class Why(StrEnum):
    """How a speaker's role was concluded; all but STATED and CHOSEN are guesses."""

    STATED = "stated"
    CHOSEN = "chosen"
    NAMED = "named"
    GREETING = "greeting"
    OTHER = "other"
    CHANNEL = "channel"
    FIRST = "first"
    UNKNOWN = "unknown"


class RawWord(NamedTuple):
    """A word as a file gives it; times in milliseconds, None where it has none."""

    text: str
    from_ms: int | None
    to_ms: int | None
    speaker: str | None = None


@dataclass(slots=True)
class RawTurn:
    """A turn as its format's reader found it. `where` is its place in the file."""

    where: str
    text: str
    label: str = UNNAMED
    from_ms: int | None = None
    to_ms: int | None = None
    channel: int | None = None
    at: object = None
    words: list[RawWord] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


class Found(NamedTuple):
    """What a format's reader found. `names`: what the file says elsewhere about its labels.

    `merges`: the lanes come one after the other. `form` where it is not the format's usual one.
    """

    turns: list[RawTurn]
    names: dict[str, str] = {}  # noqa: RUF012 - never changed
    merges: bool = False
    form: str = ""


class SpeakerFound(NamedTuple):
    """A label found in a file: how much it says, a line of it, whose it seems to be and why."""

    label: str
    role: Speaker
    why: Why
    turns: int
    sample: str

    @property
    def is_guess(self) -> bool:
        return self.why not in (Why.STATED, Why.CHOSEN)


@dataclass(frozen=True, slots=True)
class Transcript:
    """A file that was read. With problems it has no turns.

    `turns` are in the stored form; `labels[n]` is the speaker of turn n as the file calls it.
    """

    format: str
    turns: list[dict[str, Any]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    speakers: tuple[SpeakerFound, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def guesses(self) -> tuple[SpeakerFound, ...]:
        """The speakers whose role the file does not state."""
        return tuple(one for one in self.speakers if one.is_guess)

    @property
    def has_times(self) -> bool:
        return any("from_ms" in turn for turn in self.turns)

    def with_roles(self, roles: Mapping[str, Speaker]) -> Transcript:
        """The same where the labels named have the roles that somebody chose."""
        speakers = tuple(
            one._replace(role=roles[one.label], why=Why.CHOSEN)
            if roles.get(one.label, one.role) is not one.role
            else one
            for one in self.speakers
        )
        known = {one.label: one.role.value for one in speakers}
        turns = [
            {**turn, "speaker": known.get(label, turn["speaker"])}
            for turn, label in zip(self.turns, self.labels, strict=True)
        ]
        return replace(self, turns=turns, speakers=speakers)


class Notes:
    """Problems and warnings of one file under way; a warning is said once, with its count."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._warned: dict[str, tuple[str, int, str]] = {}

    @property
    def are_too_many(self) -> bool:
        return len(self.problems) >= MAX_PROBLEMS

    def refuse(self, where: str, code: str, message: str) -> None:
        if not self.are_too_many:
            self.problems.append(Problem(where[:200], code, message))

    def warn(self, where: str, code: str, message: str) -> None:
        """Remember the first place; `%(count)s` in the message becomes how often it was."""
        first, count, _message = self._warned.get(code, (where, 0, message))
        self._warned[code] = (first, count + 1, message)

    @property
    def warnings(self) -> list[Problem]:
        return [
            Problem(where[:200], code, message.replace("%(count)s", str(count)))
            for code, (where, count, message) in self._warned.items()
        ]


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def milliseconds(value: object, unit_ms: float, notes: Notes, where: str) -> int | None:
    """A time given as a number, or as text of one, in units of `unit_ms`; None where none is."""
    if value is None or value == "":
        return None
    number: Any = value
    if isinstance(value, str) and len(value) <= 40:
        try:
            number = float(value)
        except ValueError:
            number = None
    is_time = isinstance(number, int | float) and not isinstance(number, bool)
    if is_time and 0 <= number <= MAX_MS / unit_ms:
        return int(number * unit_ms + 0.5)
    notes.refuse(where, "bad_time", "This is no time from the start of the recording.")
    return None


def mapping(value: object) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def listed(holder: Mapping[str, Any], name: str, notes: Notes, where: str) -> list[Any]:
    """The list under a name; none where it is left out, a problem where it is something else."""
    value = holder.get(name)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    notes.refuse(where, "not_a_list", "A list belongs here.")
    return []


def objects(
    holder: Mapping[str, Any], name: str, notes: Notes, prefix: str = ""
) -> list[tuple[str, Mapping[str, Any]]]:
    """Place and content of each object in the list under a name; anything else is a problem."""
    place = f"{prefix}{name}"
    found = []
    for number, one in enumerate(listed(holder, name, notes, place)):
        where = f"{place}[{number}]"
        if isinstance(one, Mapping):
            found.append((where, one))
        else:
            notes.refuse(where, "not_a_mapping", "An object belongs here.")
        if notes.are_too_many:
            break
    return found


def text_of(holder: Mapping[str, Any], name: str, notes: Notes, where: str) -> str:
    """The text under a name; none where it is left out, a problem where it is something else."""
    value = holder.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    notes.refuse(f"{where}.{name}", "not_a_text", "A text belongs here.")
    return ""


def label_of(value: object, prefix: str = "") -> str:
    """A speaker as a file names it: a text, or a number behind `prefix`; else nobody."""
    if isinstance(value, str):
        return " ".join(value.split())[:MAX_LABEL]
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000:
        return f"{prefix} {value}".strip()
    return UNNAMED


def channel_of(value: object) -> int | None:
    """The number of a lane of the sound, given as 1 or "ch_1"; None where it is no such thing."""
    if isinstance(value, str):
        digits = value[-2:].lstrip("_")
        value = int(digits) if digits.isascii() and digits.isdigit() else None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100:
        return value
    return None
