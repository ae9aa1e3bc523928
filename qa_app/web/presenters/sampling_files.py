"""Lists of sampling as rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _

Cells = list[object]


def draws_header() -> list[str]:
    return [_("Draw"), _("Period"), _("Plan"), _("Version"), _("Drawn at"), _("By")]


def draw_rows(draws: Iterable[Any]) -> Iterator[Cells]:
    for draw in draws:
        yield [
            draw.code,
            draw.period,
            draw.plan,
            draw.version,
            draw.drawn_at.isoformat(),
            draw.drawn_by or _("System"),
        ]


def agents_header() -> list[str]:
    return [
        _("Employee number"),
        _("Agent"),
        _("Channel"),
        _("Quota"),
        _("Drawn"),
        _("Graded"),
        _("Short of the quota"),
    ]


def agent_rows(lines: Iterable[dict[str, Any]]) -> Iterator[Cells]:
    names = ("employee_no", "name", "channel", "quota", "drawn", "graded", "missing")
    for line in lines:
        yield [line[name] for name in names]


def strata_header() -> list[str]:
    return [
        _("Employee number"),
        _("Agent"),
        _("Channel"),
        _("Slice"),
        _("Frame"),
        _("Quota"),
        _("Frame digest"),
        _("Place"),
        _("Conversation"),
        _("Ticket"),
    ]


def stratum_rows(lines: Iterable[dict[str, Any]]) -> Iterator[Cells]:
    """One row for each pick."""
    names = (
        "employee_no",
        "name",
        "channel",
        "slice",
        "frame_size",
        "quota",
        "frame_digest",
    )
    for line in lines:
        for pick in line["picks"]:
            yield [*[line[name] for name in names], pick.place, pick.key, pick.ticket]
