"""Reads of periods: the list of half-months and how far each is."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from qa_app.domain.assignment import OPEN_STATES, AssignmentKind, AssignmentState
from qa_app.domain.calendar import Period as Half
from qa_app.domain.period import PeriodState
from qa_app.models import Assignment, Period, Publication
from qa_app.queries.figures import newest_publication
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require


def period_overview(ctx: Context, code: str) -> dict[str, Any]:
    """State, dates, versions and progress of a period. Raises InvalidInput for what is none."""
    require(ctx.actor, Permission.PERIOD_READ)
    half = Half.parse(code)
    row = ctx.session.get(Period, code)
    newest = newest_publication(ctx, code)
    progress = assignment_progress(ctx, code)
    return {
        "period": code,
        "state": (row.state if row else PeriodState.OPEN).value,
        "first_day": half.first_day.isoformat(),
        "last_day": half.last_day.isoformat(),
        "due_on": half.due_on.isoformat(),
        "version": newest.version if newest else None,
        "digest": newest.digest if newest else None,
        "published_at": newest.published_at.isoformat() if newest else None,
        "drawn": sum(progress.values()),
        "graded": progress.get(AssignmentState.SUBMITTED, 0),
        "open": sum(progress.get(state, 0) for state in OPEN_STATES),
    }


def assignment_progress(ctx: Context, code: str) -> dict[AssignmentState, int]:
    """How many random assignments of the period are in which state (replaced ones left out)."""
    rows = ctx.session.execute(
        select(Assignment.state, func.count().label("count"))
        .where(
            Assignment.period == code,
            Assignment.kind == AssignmentKind.RANDOM,
            Assignment.state.not_in((AssignmentState.REPLACED, AssignmentState.CANCELLED)),
        )
        .group_by(Assignment.state)
    )
    return {row.state: row.count for row in rows}


def periods_until(ctx: Context, today: date, count: int) -> list[Half]:
    """The `count` halves up to the one of the day, newest first."""
    require(ctx.actor, Permission.PERIOD_READ)
    half, listed = Half.of(today), []
    for _ in range(count):
        listed.append(half)
        half = half.previous
    return listed


def publications_of(ctx: Context, code: str) -> list[Publication]:
    """Every version of a period, newest first."""
    require(ctx.actor, Permission.PERIOD_READ)
    return list(
        ctx.session.scalars(
            select(Publication)
            .where(Publication.period == code)
            .order_by(Publication.version.desc())
        )
    )
