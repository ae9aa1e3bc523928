"""Gathers what the page of one agent's figures shows: the agent's own, and everybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qa_app.db.types import AnyRow
from qa_app.domain.calendar import Period as Half
from qa_app.domain.calendar import halves_of_month
from qa_app.queries.agent_figures import (
    history,
    lost_points,
    not_counted,
    scores_beneath,
    still_to_grade,
)
from qa_app.queries.editions import Edition
from qa_app.queries.figure_pages import figure_agent, teams_of, values
from qa_app.queries.scorecards import load_version
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import can
from qa_app.web.filters import localized
from qa_app.web.presenters.figures import (
    channel_views,
    loss_views,
    month_views,
    trend_views,
)

HALVES_OF_TREND = 8


def agent_page(ctx: Context, shown: Edition, person_id: int) -> dict[str, Any]:
    """The agent's figures of one half with everything beneath them, their month, their trend.

    Raises NotFound for an agent whose figures the actor may not read.
    """
    person = figure_agent(ctx, shown.code, person_id)
    half = Half.parse(shown.code)
    found = values(ctx, shown, [person_id])
    halves = halves_until(half, HALVES_OF_TREND)
    past = history(ctx, person_id, [*halves, *halves_of_month(half.month_text)])
    before = {
        (person_id, channel): value
        for (code, channel), value in past.items()
        if code == str(half.previous)
    }
    return {
        "person": person,
        "teams": teams_of(ctx, shown.code, [person_id]).get(person_id, []),
        "shown": shown,
        "half": half,
        "figures_of": channel_views(
            person_id, found, before, scores_beneath(ctx, shown, person_id)
        ),
        "month": half.month_text,
        "months": month_views(half.month_text, past),
        "trend": trend_views(halves, past),
        "losses": _losses(ctx, shown, person_id, {key[1]: one.n for key, one in found.items()}),
        "others": not_counted(ctx, shown, person_id),
        "waiting": still_to_grade(ctx, shown.code, person_id),
    }


def halves_until(half: Half, count: int) -> list[Half]:
    """The `count` halves up to this one, newest first."""
    listed = []
    for _number in range(count):
        listed.append(half)
        half = half.previous
    return listed


def _losses(
    ctx: Context, shown: Edition, person_id: int, counted: dict[str, int]
) -> list[dict[str, Any]]:
    if not can(ctx.actor, Permission.EVALUATION_READ):
        return []
    rows = lost_points(ctx, shown, person_id)
    return loss_views(rows, _titles(ctx, rows), counted)


def _titles(ctx: Context, rows: Iterable[AnyRow]) -> dict[tuple[int, str], str]:
    """The questions of the forms that were used, in the reader's language."""
    titles = {}
    for version_id in {row.scorecard_version_id for row in rows}:
        for section in load_version(ctx, version_id).to_dict()["sections"]:
            for question in section["questions"]:
                titles[version_id, question["id"]] = localized(question["title"])
    return titles
