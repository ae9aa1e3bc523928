"""The filters of lists of evaluations and their places, read from an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from qa_app.domain.calendar import Period
from qa_app.domain.conversation import Channel
from qa_app.domain.evaluation import EvaluationKind, EvaluationState
from qa_app.queries.evaluations import READABLE_STATES, EvaluationFilters, PlaceInList
from qa_app.web.forms.lists import YES_NO, AddressReader, score_value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEW, READ = "new", "read"
_PLACE = re.compile(r"(-?\d{1,17})\.(\d{1,18})", re.ASCII)
CHANNELS = tuple(channel.value for channel in Channel)


def read_filters(args: Mapping[str, str]) -> EvaluationFilters:
    """What the address of the list asks for. Raises InvalidInput with everything wrong with it."""
    reader = AddressReader(args)
    filters = EvaluationFilters(
        period=reader.take("period", _period) or "",
        channel=reader.choice("channel", CHANNELS),
        agent=reader.text("q"),
        team=reader.text("team"),
        grader=reader.text("grader"),
        state=reader.choice("state", [state.value for state in READABLE_STATES]),
        kind=reader.choice("kind", [kind.value for kind in EvaluationKind]),
        score_from=reader.take("score_from", score_value),
        score_to=reader.take("score_to", score_value),
        is_fatal=reader.take("fatal", YES_NO.__getitem__),
    )
    reader.done()
    return filters


def read_own_filters(args: Mapping[str, str]) -> EvaluationFilters:
    """What an agent's own list asks for; its states are those of reading."""
    reader = AddressReader(args)
    period = reader.take("period", _period) or ""
    channel = reader.choice("channel", CHANNELS)
    chosen = reader.choice("state", (NEW, READ, EvaluationState.ACKNOWLEDGED.value))
    reader.done()
    if chosen == EvaluationState.ACKNOWLEDGED:
        return EvaluationFilters(period=period, channel=channel, state=chosen)
    state = EvaluationState.RELEASED.value if chosen else ""
    is_seen = {NEW: False, READ: True}.get(chosen)
    return EvaluationFilters(period=period, channel=channel, state=state, is_seen=is_seen)


def read_place(text: str | None) -> PlaceInList | None:
    """A place in a list from `after` or `before`; what is none leads to the first page."""
    match = _PLACE.fullmatch(text or "")
    if match is None:
        return None
    try:
        return EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except OverflowError:
        return None


def place_text(row: Any) -> str:
    """The place of a row, as `read_place` reads it."""
    return f"{(row.submitted_at - EPOCH) // timedelta(microseconds=1)}.{row.id}"


def _period(text: str) -> str:
    return str(Period.parse(text))
