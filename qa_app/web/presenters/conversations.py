"""Turns a list of conversations into what pages and files show: chips, header, lines."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, tzinfo
from typing import Any

from flask_babel import gettext as _

from qa_app.db.types import AnyRow
from qa_app.domain.conversation import conversation_key
from qa_app.queries.conversations import ConversationFilters
from qa_app.web.filters import day, language_name

PARAMETERS = {
    "date_from": "from",
    "date_to": "to",
    "has_recording": "recording",
    "is_evaluated": "evaluated",
    "external_id": "q",
}
"""Query parameters that are not called like their filter."""


def chips(filters: ConversationFilters) -> list[dict[str, str]]:
    """`{label, parameter}` of each filter that is set."""
    labels = {
        "channel": _("Channel"),
        "agent": _("Agent"),
        "team": _("Team"),
        "date_from": _("From"),
        "date_to": _("To"),
        "queue": _("Queue"),
        "topic": _("Topic"),
        "language": _("Language"),
        "satisfaction": _("Satisfaction"),
        "has_recording": _("Recording"),
        "is_evaluated": _("Evaluated"),
        "external_id": _("Conversation"),
        "phrases": _("Phrases"),
    }
    return [
        {
            "label": f"{labels[name]}: {_value(name, value)}",
            "parameter": PARAMETERS.get(name, name),
        }
        for name, value in asdict(filters).items()
        if value not in ("", None)
    ]


def _value(name: str, value: Any) -> str:
    if name == "channel":
        return str(_("Call") if value == "call" else _("Chat"))
    if name == "language":
        return language_name(str(value))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return day(value) if isinstance(value, date) else str(value)


def export_header() -> list[str]:
    return [
        _("Conversation"),
        _("Channel"),
        _("Started"),
        _("Employee number"),
        _("Agent"),
        _("Seconds"),
        _("Queue"),
        _("Topic"),
        _("Language"),
        _("Satisfaction"),
        _("Turns"),
        _("Recording"),
        _("Evaluated"),
    ]


def export_line(row: AnyRow, zone: tzinfo) -> tuple[object, ...]:
    """A row without anything of the customer."""
    return (
        conversation_key(row.source, row.external_id),
        row.channel,
        row.started_at.astimezone(zone).isoformat(),
        row.employee_no,
        row.agent_name,
        row.duration_s,
        row.queue,
        row.topic,
        row.language,
        row.satisfaction,
        row.turn_count,
        _("yes") if row.recording_id is not None else "",
        _("yes") if row.is_evaluated else "",
    )
