"""What was said, as pages show it: the turns with their times, waits and days, and their HTML.

The HTML is joined here and not in a template: a chat may have ten thousand turns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from qa_app.web.filters import day, duration
from qa_app.web.presenters.transcript_parts import Parts, files, marked, parts_of_language, words

View = dict[str, Any]
SLOW_ANSWER_S = 60
LONG_TEXT = 700
LONG_LINES = 12
PART = 100
HEAR = '<button type="button" class="turn-time num" tabindex="-1'
KINDS = {"note": " turn-note", "recalled": " turn-recalled"}


class TurnRows(list[View]):
    """`{index, number, speaker, text, kind, files, words, marks, time, hover, from_ms, to_ms,
    wait, day}` of each turn.

    `time` is the place in the sound, or the time of day in the site's zone; `wait` is
    `(who, seconds)` where nobody answered for a minute or more: customer, agent, or "" when the
    one who had spoken last went on. `day` stands where another day begins, if there are several.
    """

    longest: View | None = None

    def html(self, channel: str, can_be_heard: bool) -> Markup:
        """The list of turns; every text of a conversation in it is escaped."""
        parts = parts_of_language()
        is_chat = channel == "chat"
        heard = bool(can_be_heard)
        lists = "".join(
            self._list(begin, is_chat, heard, parts) for begin in range(0, len(self), PART)
        )
        top = _longest_wait(self.longest, parts) if is_chat and self.longest else ""
        return Markup(  # noqa: S704 - joined from escaped texts
            f'{top}<div class="turns turns-{"chat" if is_chat else "call"}" '
            f'data-component="transcript"{parts.attributes}>{lists}</div>'
        )

    def _list(self, begin: int, is_chat: bool, can_be_heard: bool, parts: Parts) -> str:
        """A hundred turns: the browser lays out only those lists that are near."""
        items: list[str] = []
        for row in self[begin : begin + PART]:
            if is_chat:
                if row["day"]:
                    items.append(
                        f'<li class="turns-day"><span>{escape(day(row["day"]))}</span></li>'
                    )
                if row["wait"]:
                    items.append(_wait(row, row is self.longest, parts))
            items.append(_turn(row, can_be_heard, parts))
        return f'<ol class="turns-part" role="list">{"".join(items)}</ol>'


def turn_rows(turns: Sequence[Mapping[str, Any]], zone: tzinfo) -> TurnRows:
    """The turns with their times in the site's zone, who waited for whom, and the longest wait."""
    rows, waits, days, clock = TurnRows(), _Waits(), _Days(), _Clock(zone)
    for index, turn in enumerate(turns):
        row = _row(index, turn)
        at = clock.read(turn["at"]) if "at" in turn else None
        if at is not None:
            row["hover"], row["time"] = at.text, row["time"] or at.text[11:19]
            days.note(row, at.day)
            if row["speaker"] != "system" and row["kind"] != "note":
                wait = waits.next(at.seconds, row["speaker"])
                if wait:
                    row["wait"] = wait
                    if rows.longest is None or _rank(wait) > _rank(rows.longest["wait"]):
                        rows.longest = row
        rows.append(row)
    return rows


def _row(index: int, turn: Mapping[str, Any]) -> View:
    get = turn.get
    begin, speaker = get("from_ms"), get("speaker")
    return {
        "index": index,
        "number": index + 1,
        "speaker": speaker if speaker in ("agent", "customer") else "system",
        "text": get("text") or "",
        "kind": get("kind"),
        "files": get("files"),
        "words": get("words"),
        "marks": get("marks"),
        "time": "" if begin is None else duration(begin / 1000),
        "hover": "",
        "from_ms": begin,
        "to_ms": get("to_ms"),
        "wait": None,
        "day": None,
    }


class _Days:
    """Notes the day in the first turn of each, where a conversation has several."""

    def __init__(self) -> None:
        self._first: View | None = None
        self._day: date | None = None

    def note(self, row: View, this_day: date) -> None:
        """Look at the next turn."""
        if this_day == self._day:
            return
        if self._first is None:
            self._first = row
        else:
            row["day"] = this_day
            self._first["day"] = self._first["day"] or self._day
        self._day = this_day


class _Waits:
    """Who has been waiting for an answer: a customer since the first message without one, an
    agent since the last."""

    def __init__(self) -> None:
        self._asked: float | None = None
        self._last: tuple[float, str] | None = None

    def next(self, at: float, speaker: str) -> tuple[str, int] | None:
        """The wait that ends with this message, if it was long."""
        last, asked = self._last, self._asked
        self._last = (at, speaker)
        if speaker == "customer":
            self._asked = at if asked is None else asked
        else:
            self._asked = None
        if last is None:
            return None
        since, who = last[0], last[1] if last[1] != speaker else ""
        if speaker == "agent" and asked is not None:
            since = asked
        elif speaker == "customer" and not who:
            return None
        seconds = int(at - since)
        return (who, seconds) if seconds >= SLOW_ANSWER_S else None


def _rank(wait: tuple[str, int]) -> tuple[bool, int]:
    """A customer's wait is worse than any other."""
    return wait[0] == "customer", wait[1]


def _turn(row: View, can_be_heard: bool, parts: Parts) -> str:
    index, begin, end, text = row["index"], row["from_ms"], row["to_ms"], row["text"]
    kind = row["kind"]
    # Whole: this line is written ten thousand times.
    head = (
        f'<li class="turn turn-{row["speaker"]}{KINDS.get(kind, "") if kind else ""}" '
        f'id="turn-{index}" data-turn="{index}" value="{row["number"]}"'
    )
    if begin is not None:
        head += f' data-from="{begin:d}" data-to="{begin if end is None else end:d}"'
        if row["words"]:
            head += f' data-words="{words(row["words"], text)}"'
    time = row["time"]
    if time:
        hover = f' title="{row["hover"]}"' if row["hover"] else ""
        if can_be_heard and begin is not None:
            time = (
                f'<button type="button" class="turn-time num" tabindex="-1"{hover}>{time}</button>'
            )
        else:
            time = f'<span class="turn-time num"{hover}>{time}</span>'
    return (
        f'{head}><span class="turn-who">{parts.who[row["speaker"]]}</span> {time}'
        f"{parts.kinds.get(kind, '') if kind else ''}{_said(row, text, parts)}</li>"
    )


def _said(row: View, text: str, parts: Parts) -> str:
    marks, sent = row["marks"], row["files"]
    shown = marked(text, marks, parts) if marks else escape(text)
    attached = files(sent, parts) if sent else ""
    if not text and (attached or row["kind"] == "recalled"):
        return attached or f'<p class="turn-text turn-lost">{parts.lost}</p>'
    if len(text) > LONG_TEXT or text.count("\n") > LONG_LINES:
        return f'<p class="turn-text is-long" dir="auto">{shown}</p>{parts.more}{attached}'
    return f'<p class="turn-text" dir="auto">{shown}</p>{attached}'


def _wait(row: View, is_longest: bool, parts: Parts) -> str:
    who, seconds = row["wait"]
    worst = " is-longest" if is_longest else ""
    return (
        f'<li class="turns-wait{worst}"><span>{parts.hourglass}{parts.waited[who]} '
        f'<span class="num">{duration(seconds)}</span></span></li>'
    )


def _longest_wait(row: View, parts: Parts) -> str:
    who, seconds = row["wait"]
    return (
        f'<p class="turns-longest">{parts.hourglass}<span>{parts.longest[who]} '
        f'<a href="#turn-{row["index"]}" data-jump="{row["index"]}"><span class="num">'
        f"{duration(seconds)}</span></a></span></p>"
    )


class Moment(NamedTuple):
    """An instant in the site's zone: `2026-11-01 10:00:00 +08:00`, its day, seconds since 1970."""

    text: str
    day: date
    seconds: float


class _Clock:
    """Reads the times of a conversation; they share few hours, whose zone is looked up once."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._hours: dict[str, tuple[str, str, date, float] | None] = {}

    def read(self, text: object) -> Moment | None:
        """The moment, or None where this is no time."""
        if not isinstance(text, str):
            return None
        clock = text[14:19]
        if text[19:] != "Z" or clock[2] != ":" or not (clock[:2] + clock[3:]).isdecimal():
            return self._parse(text)
        name = text[:13]
        if name not in self._hours:
            self._hours[name] = self._hour(name)
        hour = self._hours[name]
        if hour is None:
            return self._parse(text)
        begin, offset, day, seconds = hour
        seconds += int(clock[:2]) * 60 + int(clock[3:])
        return Moment(f"{begin}:{clock} {offset}", day, seconds)

    def _hour(self, name: str) -> tuple[str, str, date, float] | None:
        """`(2026-11-01 10, +08:00, day, seconds)` of an hour whose zone is whole hours away."""
        first, last = self._parse(f"{name}:00:00Z"), self._parse(f"{name}:59:59Z")
        if first is None or last is None or first.text[:13] != last.text[:13]:
            return None
        return first.text[:13], first.text[20:], first.day, first.seconds

    def _parse(self, text: str) -> Moment | None:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        at = at.replace(tzinfo=self._zone) if at.tzinfo is None else at.astimezone(self._zone)
        shown = at.isoformat(" ", "seconds")
        return Moment(f"{shown[:19]} {shown[19:]}", at.date(), at.timestamp())
