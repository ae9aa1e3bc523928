"""vCon documents as rows of the native interchange, and whose conversation each is.

Source: IETF draft-ietf-vcon-vcon-container; handbook 3 §7.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from qa_app.domain.conversation import Channel, Direction, Speaker
from qa_app.domain.errors import Problem
from qa_app.domain.interchange import TEXT_MAX, Reading, read_row, safe_path
from qa_app.domain.times import BadTime, iso_utc, read_instant

SOURCE = "vcon"
FORMAT_KEY = "vcon"
DIRECTIONS = {
    "in": Direction.INBOUND,
    "inbound": Direction.INBOUND,
    "out": Direction.OUTBOUND,
    "outbound": Direction.OUTBOUND,
}
SPEAKERS = {speaker.value: speaker for speaker in Speaker}
MAX_BODY = 8_000_000


class AgentParty(NamedTuple):
    """What a vCon says of its agent; whatever it leaves out is None."""

    employee_no: str | None
    email: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person that a party can be matched with."""

    employee_no: str
    name: str
    email: str | None = None


AgentFinder = Callable[[AgentParty], str | Problem]


def is_vcon(document: object) -> bool:
    """Whether a JSON document has the shape of a vCon."""
    return (
        isinstance(document, Mapping)
        and "uuid" in document
        and isinstance(document.get("parties"), list)
        and (FORMAT_KEY in document or isinstance(document.get("dialog"), list))
    )


def match_agent(party: AgentParty, people: Iterable[KnownPerson]) -> str | Problem:
    """The employee number of the one person that a party is, or why there is none.

    By employee number, else by e-mail (letter case aside), else by exact name.
    """
    known = list(people)
    email = (party.email or "").casefold()
    for matches in (
        {one.employee_no for one in known if one.employee_no == party.employee_no},
        {one.employee_no for one in known if email and (one.email or "").casefold() == email},
        {one.employee_no for one in known if party.name and one.name == party.name},
    ):
        if len(matches) == 1:
            return matches.pop()
        if matches:
            return Problem("agent", "ambiguous_agent", "Several people match the agent.")
    return Problem("agent", "unknown_agent", "Nobody here matches the agent.")


def read_vcon(document: object, find_agent: AgentFinder, *, zone: tzinfo) -> Reading:
    """Read a parsed vCon; `zone` is the site's, times without offset are UTC.

    All problems are reported, those of the agent among them. A recording's file name is taken
    as a path beside the vCon; its url is never followed.
    """
    if not isinstance(document, Mapping):
        return Reading(None, (Problem("", "not_a_mapping", "This is no vCon."),))
    reader = _VconReader(document)
    row = reader.row()
    agent = reader.agent(find_agent)
    # A stand-in, so that the row's other problems show although the agent is in doubt.
    reading = read_row({**row, "agent": agent or "-"}, source=SOURCE, zone=zone, naive_zone=UTC)
    problems = (*reader.problems, *reading.problems)
    return Reading(
        None if problems else reading.conversation,
        problems,
        (*reader.warnings, *reading.warnings),
    )


def vcon_turns(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was said in a vCon, as turns: its transcript, else its messages."""
    reader = _VconReader(document)
    texts = [one for one in reader.dialogs if one.get("type") == "text"]
    return reader.turns(texts)


class _VconReader:
    """One vCon under way. Nothing in it is trusted to have the right type."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.parties = _mappings(document.get("parties"))
        self.dialogs = _mappings(document.get("dialog"))
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def row(self) -> dict[str, Any]:
        """The row without its agent. What is missing is for the row's reader to report."""
        recordings = [one for one in self.dialogs if one.get("type") == "recording"]
        texts = [one for one in self.dialogs if one.get("type") == "text"]
        spoken = recordings or texts
        if not spoken:
            self._refuse("dialog", "missing", "There is no recording and no text in it.")
        start, end = self._span(spoken)
        customer = self._party_of(Speaker.CUSTOMER)
        return {
            "external_id": self.document.get("uuid"),
            "channel": (Channel.CALL if recordings or not texts else Channel.CHAT).value,
            "started_at": start,
            "ended_at": end,
            "direction": self._direction(spoken),
            "topic": self._cut("subject", _text(self.document.get("subject"))),
            "customer_ref": _text(customer.get("tel")) or _email(customer),
            "disposition": self._cut("disposition", self._meta(spoken, "disposition")),
            "recording": self._recording(recordings),
            "turns": self.turns(texts),
        }

    def turns(self, texts: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return self._transcript() or self._messages(texts)

    def agent(self, find_agent: AgentFinder) -> str | None:
        """The employee number of the one party whose role is agent."""
        agents = [one for one in self.parties if _role(one) is Speaker.AGENT]
        if len(agents) != 1:
            count = "No" if not agents else "More than one"
            self._refuse("agent", "no_single_agent", f"{count} party has the role agent.")
            return None
        party = agents[0]
        number = _mapping(party.get("meta")).get("employee_no")
        found = find_agent(AgentParty(_text(number), _email(party), _text(party.get("name"))))
        if isinstance(found, Problem):
            self.problems.append(found)
            return None
        return found

    def _span(self, dialogs: list[Mapping[str, Any]]) -> tuple[object, object]:
        """The first start and the last end of the dialogs; an unreadable start as it stands."""
        starts, ends = [], []
        for dialog in dialogs:
            given = dialog.get("start")
            try:
                start, _ = read_instant(given, UTC)
            except BadTime:
                return given, None
            starts.append(start)
            length = dialog.get("duration")
            if isinstance(length, int | float) and 0 <= length < 31 * 86_400:
                ends.append(start + timedelta(seconds=length))
            elif length is not None:
                self._warn("dialog.duration", "bad_number", "The duration cannot be used.")
        if not starts:
            return None, None
        last: datetime | None = max(ends, default=None)
        return min(starts), last

    def _direction(self, dialogs: list[Mapping[str, Any]]) -> str | None:
        given = self._meta(dialogs, "direction")
        if given is None:
            return None
        direction = DIRECTIONS.get(given.lower())
        if direction is None:
            self._warn("dialog.meta.direction", "unknown_value", "The direction is not known.")
        return direction

    def _meta(self, dialogs: list[Mapping[str, Any]], name: str) -> str | None:
        for dialog in dialogs:
            text = _text(_mapping(dialog.get("meta")).get(name)) or _text(dialog.get(name))
            if text:
                return text
        return None

    def _cut(self, where: str, text: str | None) -> str | None:
        if text is not None and len(text) > TEXT_MAX:
            self._warn(where, "too_long", f"Only its first {TEXT_MAX} characters were taken.")
            return text[:TEXT_MAX]
        return text

    def _recording(self, recordings: list[Mapping[str, Any]]) -> str | None:
        names = [name for one in recordings if (name := _text(one.get("filename")))]
        if len(names) > 1:
            message = "It has several recordings; the first was taken."
            self._warn("dialog", "several_recordings", message)
        if names and safe_path(names[0]) is None:
            self._warn("dialog.filename", "bad_path", "The recording's path was left out.")
            return None
        return names[0] if names else None

    def _transcript(self) -> list[dict[str, Any]]:
        """The turns of the first transcript among the analyses."""
        for analysis in _mappings(self.document.get("analysis")):
            if analysis.get("type") == "transcript":
                lines = _mappings(_body(analysis))
                return [turn for line in lines if (turn := self._line(line)) is not None]
        return []

    def _line(self, line: Mapping[str, Any]) -> dict[str, Any] | None:
        text = line.get("message", line.get("text"))
        if not isinstance(text, str):
            return None
        turn: dict[str, Any] = {"speaker": self._speaker(line.get("speaker")), "text": text}
        start, end = _ms(line.get("start")), _ms(line.get("end"))
        if start is not None and end is not None and start <= end:
            turn |= {"from_ms": start, "to_ms": end}
        return turn

    def _messages(self, texts: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The turns of a chat: every text dialog is a message of its originator."""
        turns = []
        for dialog in texts:
            body = dialog.get("body")
            if isinstance(body, str):
                turn = {"speaker": self._speaker(_originator(dialog)), "text": body}
                turns.append({**turn, **_at(dialog.get("start"))})
        return turns

    def _speaker(self, given: object) -> str:
        """Who speaks, by role, by the party's place or by its name; else the system."""
        if isinstance(given, str) and given.strip().lower() in SPEAKERS:
            return given.strip().lower()
        if isinstance(given, int) and 0 <= given < len(self.parties):
            return (_role(self.parties[given]) or Speaker.SYSTEM).value
        for party in self.parties:
            if given is not None and party.get("name") == given:
                return (_role(party) or Speaker.SYSTEM).value
        return Speaker.SYSTEM.value

    def _party_of(self, role: Speaker) -> Mapping[str, Any]:
        return next((one for one in self.parties if _role(one) is role), {})

    def _refuse(self, where: str, code: str, message: str) -> None:
        self.problems.append(Problem(where, code, message))

    def _warn(self, where: str, code: str, message: str) -> None:
        self.warnings.append(Problem(where, code, message))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    """A list of mappings of the same length: places in it stay what they are."""
    return [_mapping(one) for one in value] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return str(value)
    return (value.strip() or None) if isinstance(value, str) else None


def _email(party: Mapping[str, Any]) -> str | None:
    address = _text(party.get("mailto")) or _text(party.get("email"))
    return address.removeprefix("mailto:") if address else None


def _role(party: Mapping[str, Any]) -> Speaker | None:
    role = _mapping(party.get("meta")).get("role") or party.get("role")
    return SPEAKERS.get(role.strip().lower()) if isinstance(role, str) else None


def _originator(dialog: Mapping[str, Any]) -> object:
    """The index of the party who wrote a message: named, else the first of its parties."""
    if isinstance(dialog.get("originator"), int):
        return dialog["originator"]
    parties = dialog.get("parties")
    return parties[0] if isinstance(parties, list) and parties else parties


def _body(analysis: Mapping[str, Any]) -> object:
    """The body of an analysis, which `encoding: json` gives as text."""
    body = analysis.get("body")
    if isinstance(body, str) and len(body) <= MAX_BODY:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None
    return body


def _ms(seconds: object) -> int | None:
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        return round(seconds * 1000) if 0 <= seconds < 31 * 86_400 else None
    return None


def _at(start: object) -> dict[str, str]:
    try:
        return {"at": iso_utc(read_instant(start, UTC)[0])}
    except BadTime:
        return {}
