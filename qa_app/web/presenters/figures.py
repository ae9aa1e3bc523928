"""Turns figures into words: the arithmetic written out, intervals, changes, months, losses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from qa_app.db.types import AnyRow
from qa_app.domain.averages import mean_of_total, month_figure, round_half_up
from qa_app.domain.calendar import Period as Half
from qa_app.domain.figures import FigureChange
from qa_app.queries.figure_pages import CHANNELS, Value
from qa_app.queries.team_figures import TeamValue
from qa_app.web.filters import channel as channel_name

View = dict[str, Any]
DECIMALS_SHOWN = 6
MINUS = "−"


def interval_text(value: Value | None) -> str:
    """`76.7–91.3`; empty where a figure has none."""
    if value is None or value.interval is None:
        return ""
    return f"{value.interval.low}–{value.interval.high}"


def change_view(now: Value | None, before: Value | None) -> View | None:
    """`{text, direction}` against another half; None where either has no figure."""
    return change_of(now.mean if now else None, before.mean if before else None)


def change_of(now: Decimal | None, before: Decimal | None) -> View | None:
    """`{text, direction}` of two means; None where there is none of either."""
    if now is None or before is None:
        return None
    difference = now - before
    if difference == 0:
        return {"text": "0.00", "direction": "same"}
    sign, direction = ("+", "up") if difference > 0 else (MINUS, "down")
    return {"text": f"{sign}{abs(difference):.2f}", "direction": direction}


def arithmetic(scores: Sequence[Decimal]) -> str:
    """`(86.50 + 91.25) ÷ 2 = 177.75 ÷ 2 = 88.875 → 88.88`; empty without scores."""
    if not scores:
        return ""
    total = sum((Fraction(score) for score in scores), Fraction(0))
    mean = mean_of_total(total, len(scores))
    if len(scores) == 1:
        return f"{scores[0]:.2f} ÷ 1 = {mean}"
    listed = " + ".join(f"{score:.2f}" for score in scores)
    exact = quotient_text(total / len(scores))
    last = f"{exact} → {mean}" if exact != str(mean) else str(mean)
    return f"({listed}) ÷ {len(scores)} = {round_half_up(total)} ÷ {len(scores)} = {last}"


def quotient_text(value: Fraction) -> str:
    """The decimals of a quotient, at least two; one that goes on ends in an ellipsis."""
    scale = 10**DECIMALS_SHOWN
    whole, rest = divmod(value.numerator * scale, value.denominator)
    text = f"{whole // scale}.{whole % scale:0{DECIMALS_SHOWN}d}"
    if rest:
        return f"{text}…"
    head, _point, tail = text.partition(".")
    return f"{head}.{tail.rstrip('0'):0<2}"


def channel_views(
    agent_id: int,
    found: Mapping[tuple[int, str], Value],
    before: Mapping[tuple[int, str], Value],
    rows: Iterable[AnyRow],
) -> list[View]:
    """Each channel's figure with the scores beneath it and their arithmetic, in a fixed order."""
    beneath: dict[str, list[AnyRow]] = {}
    for row in rows:
        beneath.setdefault(row.channel, []).append(row)
    views = []
    for channel in CHANNELS:
        value = found.get((agent_id, channel))
        if value is None:
            continue
        listed = beneath.get(channel, [])
        views.append(
            {
                "channel": channel,
                "name": channel_name(channel),
                "value": value,
                "interval": interval_text(value),
                "change": change_view(value, before.get((agent_id, channel))),
                "arithmetic": arithmetic([row.score for row in listed if row.score is not None]),
                "rows": listed,
                "without_score": sum(row.score is None for row in listed),
            }
        )
    return views


def team_views(now: Sequence[TeamValue], before: Sequence[TeamValue]) -> list[View]:
    """A team's figures with their arithmetic and the change against the half before."""
    earlier = {value.channel: value for value in before}
    views = []
    for value in now:
        old = earlier.get(value.channel)
        exact = quotient_text(Fraction(value.total) / value.n) if value.n else ""
        line = f"{value.total} ÷ {value.n} = {exact}"
        views.append(
            {
                "name": channel_name(value.channel),
                "value": value,
                "change": change_of(value.mean, old.mean if old else None),
                "arithmetic": line if exact in ("", str(value.mean)) else f"{line} → {value.mean}",
            }
        )
    return views


def month_views(month: str, found: Mapping[tuple[str, str], Value]) -> list[View]:
    """A month's figure of each channel from its two halves, with the arithmetic."""
    views = []
    for channel in CHANNELS:
        halves = [found.get((f"{month}-H{half}", channel)) for half in (1, 2)]
        first, second = (None if half is None else half.mean for half in halves)
        figure, one_half_only = month_figure(first, second)
        present = [mean for mean in (first, second) if mean is not None]
        views.append(
            {
                "channel": channel,
                "name": channel_name(channel),
                "halves": [
                    {"code": f"{month}-H{half}", "mean": mean}
                    for half, mean in ((1, first), (2, second))
                ],
                "figure": figure,
                "one_half_only": one_half_only,
                "is_provisional": any(half and not half.is_published for half in halves),
                "arithmetic": arithmetic(present) if len(present) > 1 else "",
            }
        )
    return views


def trend_views(halves: Sequence[Half], found: Mapping[tuple[str, str], Value]) -> list[View]:
    """One line a half, oldest first, from the first that has anything."""
    lines: list[View] = []
    for half in sorted(halves):
        values = {channel: found.get((str(half), channel)) for channel in CHANNELS}
        if lines or any(values.values()):
            provisional = any(value and not value.is_published for value in values.values())
            lines.append({"code": str(half), "values": values, "is_provisional": provisional})
    return lines


def loss_views(
    rows: Iterable[AnyRow], titles: Mapping[tuple[int, str], str], counted: Mapping[str, int]
) -> list[View]:
    """What each question cost, dearest first: in all, and on average of a channel's figure.

    `titles`: by scorecard version and question; `counted`: n of each channel.
    """
    found: dict[tuple[str, str], View] = {}
    for row in rows:
        line = found.setdefault(
            (row.channel, row.question_id),
            {
                "channel": row.channel,
                "question": row.question_id,
                "title": titles.get((row.scorecard_version_id, row.question_id), row.question_id),
                "lost": Decimal(0),
                "evaluations": [],
            },
        )
        line["lost"] += row.lost
        line["evaluations"].append({"id": row.evaluation_id, "lost": row.lost})
    lines = sorted(found.values(), key=lambda line: (-line["lost"], line["title"]))
    dearest = lines[0]["lost"] if lines else Decimal(1)
    for line in lines:
        n = counted.get(line["channel"], 0)
        line["average"] = mean_of_total(line["lost"], n)
        line["percent"] = int(line["lost"] * 100 / dearest)
        line["evaluations"].sort(key=lambda one: -one["lost"])
    return lines


def why_not_counted(row: AnyRow) -> str:
    """Why an evaluation of the period is not beneath its figure."""
    why = _("Submitted after this version was published.")
    if row.kind == "targeted":
        why = _("Picked by hand or by a flag: for coaching, never in a figure.")
    elif row.kind == "lead":
        why = _("Graded by the team lead: counts in work performance, not here.")
    elif row.replaced_at is not None or row.state == "replaced":
        reason = replacement_reason(row.replaced_reason)
        why = _("Replaced in the draw: %(reason)s.", reason=reason)
    return str(why)


def replacement_reason(code: str | None) -> str:
    """The reason of a replacement in words."""
    return str(REPLACEMENT_REASONS.get(code or "other") or code)


REPLACEMENT_REASONS = {
    "no_sound": lazy_gettext("no sound"),
    "wrong_agent": lazy_gettext("wrong agent"),
    "test_call": lazy_gettext("test call"),
    "internal": lazy_gettext("internal"),
    "too_short": lazy_gettext("too short to judge"),
    "conflict_of_interest": lazy_gettext("conflict of interest"),
    "other": lazy_gettext("other"),
}


def change_lines(changes: Iterable[FigureChange]) -> list[View]:
    """What a version changed, old and new side by side."""
    return [
        {
            "agent": change.agent,
            "channel": change.channel,
            "before": _n_and_mean(change.before),
            "after": _n_and_mean(change.after),
        }
        for change in changes
    ]


def _n_and_mean(figure: tuple[int, str | None] | None) -> View | None:
    return None if figure is None else {"n": figure[0], "mean": figure[1]}
