"""The filters of the list of conversations and its places, read from an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from flask_babel import gettext as _

from qa_app.domain.conversation import Channel
from qa_app.domain.errors import InvalidInput, Problem
from qa_app.queries.conversations import ConversationFilters, PlaceInList

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"(-?\d{1,17})\.(\d{1,18})", re.ASCII)
_YES_NO = {"yes": True, "no": False}
TEXT_MAX = 200


def read_filters(args: Mapping[str, str]) -> ConversationFilters:
    """What the address asks for. Raises InvalidInput with everything that cannot be understood."""
    reader = _Reader(args)
    filters = ConversationFilters(
        channel=reader.take("channel", lambda text: Channel(text).value) or "",
        agent=reader.text("agent"),
        team=reader.text("team"),
        date_from=reader.take("from", _day),
        date_to=reader.take("to", _day),
        queue=reader.text("queue"),
        topic=reader.text("topic"),
        language=reader.text("language"),
        satisfaction=reader.take("satisfaction", _rating),
        has_recording=reader.take("recording", _YES_NO.__getitem__),
        is_evaluated=reader.take("evaluated", _YES_NO.__getitem__),
        external_id=reader.text("q"),
        phrases=reader.text("phrases"),
    )
    if reader.problems:
        raise InvalidInput(reader.problems)
    return filters


def read_place(text: str | None) -> PlaceInList | None:
    """A place in the list from `after` or `before`; what is none leads to the first page."""
    match = _PLACE.fullmatch(text or "")
    if match is None:
        return None
    try:
        return EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except OverflowError:
        return None


def place_text(row: Any) -> str:
    """The place of a row, as `read_place` reads it."""
    return f"{(row.started_at - EPOCH) // timedelta(microseconds=1)}.{row.id}"


class _Reader:
    def __init__(self, args: Mapping[str, str]) -> None:
        self._args = args
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        given = self._args.get(name, "").strip().replace("\0", "")
        return given[:TEXT_MAX]

    def take(self, name: str, convert: Callable[[str], T]) -> T | None:
        given = self.text(name)
        if not given:
            return None
        try:
            return convert(given)
        except (ValueError, KeyError):
            message = _("%(value)s is not a value of this filter.", value=given[:40])
            self.problems.append(Problem(name, "bad_filter", message))
            return None


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not 1900 < day.year < 9000:
        raise ValueError(text)
    return day


def _rating(text: str) -> int:
    if text not in ("1", "2", "3", "4", "5"):
        raise ValueError(text)
    return int(text)
