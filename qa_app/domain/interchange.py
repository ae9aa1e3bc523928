"""One row of the native interchange as a conversation, or everything wrong with it (handbook 3 §7).

On the hot path of an import: plain code, no schema library.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import orjson

from qa_app.domain.conversation import (
    EXTERNAL_ID_MAX,
    Channel,
    Direction,
    conversation_key,
)
from qa_app.domain.errors import Problem
from qa_app.domain.times import BadTime, read_instant, whole_seconds
from qa_app.domain.turns import NO_TURNS, Turns, read_turns

COLUMNS = frozenset(
    {
        "external_id",
        "channel",
        "agent",
        "started_at",
        "ended_at",
        "duration_s",
        "direction",
        "queue",
        "product",
        "topic",
        "customer_ref",
        "language",
        "satisfaction",
        "disposition",
        "tags",
        "recording",
        "transcript",
        "turns",
    }
)
NO_TIME = datetime.min.replace(tzinfo=UTC)
LONGEST = timedelta(days=31)
NOTHING_SAID = Turns(NO_TURNS, 0)
SATISFACTION = {str(rating): rating for rating in range(1, 6)}
REQUIRED = ("external_id", "channel", "agent", "started_at")
AGENT_MAX = 64
TEXT_MAX = 120
LANGUAGE_MAX = 35
TAGS_MAX = 50
TAG_MAX = 60
PATH_MAX = 500
DURATION_MAX_S = 31 * 86_400
SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
UNFIT_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
DIGEST_VERSION = "1"
CHANNELS: Mapping[str, Channel] = {channel.value: channel for channel in Channel}
DIRECTIONS: Mapping[str, Direction] = {direction.value: direction for direction in Direction}


class NewConversation(NamedTuple):
    """A conversation as it was handed in. Texts are trimmed; what was empty is None.

    `started_at` is UTC, `local_date` the site's date of it; `turns_json` is the list that is
    kept as the transcript; `recording` and `transcript` are paths inside the import folder.
    `row_digest` is the same exactly when everything else is (the site's date aside).
    """

    source: str
    external_id: str
    channel: Channel
    agent: str
    started_at: datetime
    duration_s: int | None
    direction: Direction | None
    queue: str | None
    product: str | None
    topic: str | None
    customer_ref: str | None
    language: str | None
    satisfaction: int | None
    disposition: str | None
    tags: tuple[str, ...]
    recording: str | None
    transcript: str | None
    turns_json: str
    turn_count: int
    local_date: date
    row_digest: str

    @property
    def key(self) -> str:
        return conversation_key(self.source, self.external_id)

    def with_turns(self, turns: Turns) -> NewConversation:
        """The same with the turns that were read from its transcript file."""
        changed = self._replace(turns_json=turns.text, turn_count=turns.size)
        return changed._replace(row_digest=_digest(changed[:CONTENT]))


CONTENT = len(NewConversation._fields) - 3
"""How many of the fields, from the first, are content: not counts, site's date and digest."""


class Reading(NamedTuple):
    """What a row gave: a conversation, or None and at least one problem.

    A problem's `where` is the column, for a turn `turns[3].text`.
    """

    conversation: NewConversation | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def reason(self) -> str:
        """All problems as one line."""
        return "; ".join(f"{one.where}: {one.message}" for one in self.problems)


def read_row(
    row: Mapping[Any, Any], *, source: str, zone: tzinfo, naive_zone: tzinfo | None = None
) -> Reading:
    """Read one row: column name to text, number, datetime or (for turns and tags) list.

    `source` has been checked. `zone` is the site's; times without offset are in `naive_zone`,
    by default the same. All problems of the row are reported.
    """
    reader = _RowReader(row, zone, naive_zone or zone)
    conversation = reader.read(source)
    return Reading(conversation, tuple(reader.problems), tuple(reader.warnings))


def check_header(names: Iterable[object]) -> tuple[list[str], list[Problem], list[Problem]]:
    """Trimmed column names of a table's header, with its problems and warnings.

    Problems: a required column that is missing, a known one that stands there twice. Warnings:
    names that are not known and whose cells will be left out.
    """
    columns = ["" if name is None else str(name).strip().lower() for name in names]
    problems = [
        Problem(name, "missing_column", "This column is missing.")
        for name in REQUIRED
        if name not in columns
    ]
    problems += [
        Problem(name, "doubled_column", "This column stands there twice.")
        for name in sorted(COLUMNS)
        if columns.count(name) > 1
    ]
    unknown = dict.fromkeys(name for name in columns if name not in COLUMNS)
    return columns, problems, [_unknown_column(name) for name in unknown]


class _RowReader:
    """One row under way. A wrong value is reported and read as whatever is at hand."""

    def __init__(self, row: Mapping[Any, Any], zone: tzinfo, naive_zone: tzinfo) -> None:
        self.row = row
        self.zone = zone
        self.naive_zone = naive_zone
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def read(self, source: str) -> NewConversation | None:
        if not COLUMNS.issuperset(self.row):
            self._report_unknown()
        text = self._text
        started_at = self._started_at()
        transcript = self._path("transcript")
        turns = self._turns(transcript)
        content = (
            source,
            self._external_id(),
            self._channel(),
            self._required_text("agent", AGENT_MAX),
            started_at,
            self._duration(started_at),
            self._direction(),
            text("queue", TEXT_MAX),
            text("product", TEXT_MAX),
            text("topic", TEXT_MAX),
            text("customer_ref", TEXT_MAX),
            text("language", LANGUAGE_MAX),
            self._satisfaction(),
            text("disposition", TEXT_MAX),
            self._tags(),
            self._path("recording"),
            transcript,
            turns.text,
        )
        if self.problems:
            return None
        local_date = started_at.astimezone(self.zone).date()
        return NewConversation(*content, turns.size, local_date, _digest(content))

    def _text(self, column: str, longest: int) -> str | None:
        value = self.row.get(column)
        if value is None or value == "":
            return None
        text = value.strip() if type(value) is str else self._text_of_other(column, value)
        if not text:
            return None
        if len(text) > longest:
            self._refuse(column, "too_long", f"It is longer than {longest} characters.")
        elif not text.isprintable() and UNFIT_CHARACTERS.search(text):
            self._refuse(column, "bad_character", "It holds a control character.")
        return text

    def _text_of_other(self, column: str, value: object) -> str:
        """A number as text: spreadsheets and JSON give ids that look like numbers as numbers."""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
            return str(value)
        if isinstance(value, float) and abs(value) < 2**53:
            return str(int(value)) if value.is_integer() else repr(value)
        self._refuse(column, "not_a_text", "A text belongs here.")
        return ""

    def _required_text(self, column: str, longest: int) -> str:
        before = len(self.problems)
        text = self._text(column, longest)
        if text is None and len(self.problems) == before:
            self._refuse(column, "missing", "This is missing.")
        return text or ""

    def _external_id(self) -> str:
        external_id = self._required_text("external_id", EXTERNAL_ID_MAX)
        if "\n" in external_id or "\t" in external_id:
            self._refuse("external_id", "bad_character", "It holds a control character.")
        return external_id

    def _channel(self) -> Channel:
        name = self._required_text("channel", TEXT_MAX).lower()
        if name and name not in CHANNELS:
            self._refuse("channel", "unknown_value", "The channel is call or chat.")
        return CHANNELS.get(name, Channel.CALL)

    def _direction(self) -> Direction | None:
        name = self._text("direction", TEXT_MAX)
        if name is None:
            return None
        if name.lower() not in DIRECTIONS:
            self._refuse("direction", "unknown_value", "The direction is inbound or outbound.")
        return DIRECTIONS.get(name.lower())

    def _started_at(self) -> datetime:
        started_at = self._instant("started_at")
        if started_at is None:
            self._refuse("started_at", "missing", "This is missing.")
        return started_at or NO_TIME

    def _instant(self, column: str) -> datetime | None:
        """The instant of a column; NO_TIME for one that cannot be read, and is reported."""
        value = self.row.get(column)
        if type(value) is str:
            value = value.strip()
        if value is None or value == "":
            return None
        try:
            instant, doubled = read_instant(value, self.naive_zone)
        except BadTime as error:
            self._refuse(column, error.code, str(error))
            return NO_TIME
        if doubled:
            message = "This local time happened twice that day; the first was taken."
            self.warnings.append(Problem(column, "time_happened_twice", message))
        return instant

    def _duration(self, started_at: datetime) -> int | None:
        """Whole seconds, half up, from `duration_s`, else from `ended_at`."""
        ended_at = self._instant("ended_at")
        given = self._given_duration()
        if ended_at is None or NO_TIME in (ended_at, started_at):
            return given
        if ended_at < started_at:
            self._refuse("ended_at", "ends_before_start", "It ended before it started.")
        elif ended_at - started_at > LONGEST:
            self._refuse("ended_at", "too_long", "It lasted longer than 31 days.")
        return whole_seconds(ended_at - started_at) if given is None else given

    def _given_duration(self) -> int | None:
        value = self.row.get("duration_s")
        if type(value) is int and 0 <= value <= DURATION_MAX_S:
            return value
        text = self._text("duration_s", TEXT_MAX)
        if text is None:
            return None
        if SECONDS.fullmatch(text) is None or Decimal(text) > DURATION_MAX_S:
            message = f"Seconds are a number from 0 to {DURATION_MAX_S}."
            self._refuse("duration_s", "bad_number", message)
            return None
        return int(Decimal(text).quantize(Decimal(1), ROUND_HALF_UP))

    def _satisfaction(self) -> int | None:
        text = self._text("satisfaction", TEXT_MAX)
        if text is None:
            return None
        rating = SATISFACTION.get(text)
        if rating is None:
            self._refuse("satisfaction", "bad_number", "It is a whole number from 1 to 5.")
        return rating

    def _tags(self) -> tuple[str, ...]:
        value = self.row.get("tags")
        if value is None or value == "":
            return ()
        if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
            value = ";".join(value)
        text = value if isinstance(value, str) else self._text_of_other("tags", value)
        tags = tuple(dict.fromkeys([tag for part in text.split(";") if (tag := part.strip())]))
        if len(tags) > TAGS_MAX or max(map(len, tags), default=0) > TAG_MAX:
            message = f"There are at most {TAGS_MAX} tags of at most {TAG_MAX} characters."
            self._refuse("tags", "too_long", message)
        elif not text.isprintable() and UNFIT_CHARACTERS.search(text):
            self._refuse("tags", "bad_character", "It holds a control character.")
        return tags

    def _path(self, column: str) -> str | None:
        """A path inside the import folder, with forward slashes."""
        text = self._text(column, PATH_MAX)
        if text is None:
            return None
        path = safe_path(text)
        if path is None:
            message = "The path has to lie inside the import folder."
            self._refuse(column, "bad_path", message)
        return path

    def _turns(self, transcript: str | None) -> Turns:
        raw = self.row.get("turns")
        if raw is None or raw == "":
            return NOTHING_SAID
        if transcript is not None:
            self._refuse("transcript", "two_transcripts", "Give turns or transcript, not both.")
        turns = read_turns(raw, self.naive_zone)
        if turns.problems:
            self.problems.extend(turns.problems)
        if turns.warnings:
            self.warnings.extend(turns.warnings)
        return turns

    def _report_unknown(self) -> None:
        for name in self.row:
            if name is None:
                message = "The row has more cells than the header has columns."
                self._refuse("", "too_many_cells", message)
            elif name not in COLUMNS:
                self.warnings.append(_unknown_column(str(name)))

    def _refuse(self, column: str, code: str, message: str) -> None:
        self.problems.append(Problem(column, code, message))


def safe_path(text: str) -> str | None:
    """A relative path with forward slashes that stays inside its folder; None for any other."""
    path = text.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or not parts or ":" in parts[0] or "\n" in text:
        return None
    return "/".join(parts)


def _digest(content: tuple[Any, ...]) -> str:
    """SHA-256 over the canonical content of a row, in lower-case hex.

    One line of JSON, then the turns: the line cannot hold the newline that parts them.
    """
    line = orjson.dumps((DIGEST_VERSION, *content[:-1]))
    return hashlib.sha256(line + b"\n" + content[-1].encode()).hexdigest()


def _unknown_column(name: str) -> Problem:
    message = f"The column {name[:60]!r} is not known and was left out."
    return Problem(name[:60], "unknown_column", message)
