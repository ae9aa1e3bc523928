"""Reads of periods: the list of half-months and how far each is, and their published versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import func, select

from qa_app.db.types import AnyRow
from qa_app.domain.assignment import OPEN_STATES, AssignmentKind, AssignmentState
from qa_app.domain.calendar import Period as Half
from qa_app.domain.errors import NotAllowed, NotFound
from qa_app.domain.figures import FigureChange, compare_figures
from qa_app.domain.period import PeriodState
from qa_app.models import (
    Account,
    Assignment,
    Conversation,
    Period,
    Person,
    Publication,
)
from qa_app.queries.figures import check_readable, in_scope, newest_publication
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import knows_period, reads_everybody

Progress = dict[AssignmentState, int]


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A half as the list shows it; drafts are among what is open.

    `days_late`: until the first version, or until today.
    """

    half: Half
    state: PeriodState
    version: int | None
    digest: str | None
    published_at: datetime | None
    drawn: int
    graded: int
    open: int
    drafts: int
    days_late: int

    @property
    def not_begun(self) -> int:
        """Open ones that nobody has opened yet."""
        return self.open - self.drafts


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


def assignment_progress(ctx: Context, code: str) -> Progress:
    """How many random assignments of the period are in which state (replaced ones left out)."""
    return _progress(ctx, [code]).get(code, {})


def _progress(ctx: Context, codes: list[str]) -> dict[str, Progress]:
    rows = ctx.session.execute(
        select(Assignment.period, Assignment.state, func.count().label("number"))
        .where(
            Assignment.period.in_(codes),
            Assignment.kind == AssignmentKind.RANDOM,
            Assignment.state.not_in((AssignmentState.REPLACED, AssignmentState.CANCELLED)),
        )
        .group_by(Assignment.period, Assignment.state)
    )
    found: dict[str, Progress] = {}
    for row in rows:
        found.setdefault(row.period, {})[row.state] = row.number
    return found


def period_line(ctx: Context, code: str) -> PeriodLine:
    """One half as the list shows it. Raises InvalidInput for what is none, NotFound."""
    half = check_readable(ctx, code)
    return _lines(ctx, [half])[0]


def period_list(
    ctx: Context, *, before: Half | None = None, limit: int = 24
) -> tuple[list[PeriodLine], bool]:
    """Halves of which the site knows anything, newest first, and whether there are older ones.

    HR reads closed ones only.
    """
    require(ctx.actor, Permission.PERIOD_READ)
    newest = Half.of(ctx.today)
    half = newest if before is None else before.previous
    oldest = _oldest(ctx)
    halves: list[Half] = []
    while half >= oldest and len(halves) < limit:
        halves.append(half)
        half = half.previous
    lines = [line for line in _lines(ctx, halves) if knows_period(ctx.actor, line.state)]
    return lines, half >= oldest


def _oldest(ctx: Context) -> Half:
    """The first half that holds a conversation or has a row of its own; else that of today."""
    known = [Half.of(ctx.today)]
    first = ctx.session.scalar(select(func.min(Conversation.local_date)))
    if first is not None:
        known.append(Half.of(first))
    code = ctx.session.scalar(select(func.min(Period.code)))
    if code is not None:
        known.append(Half.parse(code))
    return min(known)


def _lines(ctx: Context, halves: list[Half]) -> list[PeriodLine]:
    codes = [str(half) for half in halves]
    states = {
        row.code: row.state
        for row in ctx.session.execute(
            select(Period.code, Period.state).where(Period.code.in_(codes))
        )
    }
    versions: dict[str, list[AnyRow]] = {}
    statement = (
        select(
            Publication.period, Publication.version, Publication.digest, Publication.published_at
        )
        .where(Publication.period.in_(codes))
        .order_by(Publication.version)
    )
    for row in ctx.session.execute(statement):
        versions.setdefault(row.period, []).append(row)
    progress = _progress(ctx, codes)
    return [
        _line(
            ctx,
            half,
            states.get(str(half), PeriodState.OPEN),
            versions.get(str(half), []),
            progress.get(str(half), {}),
        )
        for half in halves
    ]


def _line(
    ctx: Context, half: Half, state: PeriodState, versions: list[AnyRow], progress: Progress
) -> PeriodLine:
    newest = versions[-1] if versions else None
    done_on = _local(ctx, versions[0].published_at) if versions else ctx.today
    return PeriodLine(
        half=half,
        state=state,
        version=newest.version if newest else None,
        digest=newest.digest if newest else None,
        published_at=newest.published_at if newest else None,
        drawn=sum(progress.values()),
        graded=progress.get(AssignmentState.SUBMITTED, 0),
        open=sum(progress.get(one, 0) for one in OPEN_STATES),
        drafts=progress.get(AssignmentState.IN_PROGRESS, 0),
        days_late=max(0, (done_on - half.due_on).days) if versions or progress else 0,
    )


def _local(ctx: Context, instant: datetime) -> date:
    return instant.astimezone(ctx.settings.zone).date()


def periods_until(ctx: Context, today: date, count: int) -> list[Half]:
    """The `count` halves up to the one of the day, newest first."""
    require(ctx.actor, Permission.PERIOD_READ)
    half, listed = Half.of(today), []
    for _ in range(count):
        listed.append(half)
        half = half.previous
    return listed


def version_list(ctx: Context, code: str) -> list[AnyRow]:
    """Every version of a period, newest first: `version, digest, published_at, publisher, reason`.

    Raises InvalidInput, NotFound.
    """
    check_readable(ctx, code)
    statement = (
        select(
            Publication.version,
            Publication.digest,
            Publication.published_at,
            Publication.reason,
            Account.name.label("publisher"),
        )
        .outerjoin(Account, Account.id == Publication.published_by)
        .where(Publication.period == code)
        .order_by(Publication.version.desc())
    )
    return list(ctx.session.execute(statement).all())


def published_document(ctx: Context, code: str, version: int) -> str:
    """The canonical text of a version, whose SHA-256 is its digest. Raises NotFound, NotAllowed.

    It holds everybody's figures, so it is for those who may read them all.
    """
    check_readable(ctx, code)
    if not reads_everybody(ctx.actor):
        raise NotAllowed(Permission.FIGURE_READ.value)
    return _document(ctx, code, version)


def version_changes(ctx: Context, code: str, version: int) -> list[FigureChange]:
    """What a version changed against the one before it, of people whom the actor may know."""
    check_readable(ctx, code)
    new = orjson.loads(_document(ctx, code, version))
    if version == 1:
        return []
    changes = compare_figures(orjson.loads(_document(ctx, code, version - 1)), new)
    if reads_everybody(ctx.actor) or not changes:
        return changes
    seen = set(ctx.session.scalars(select(Person.employee_no).where(in_scope(ctx, code))))
    return [change for change in changes if change.agent in seen]


def _document(ctx: Context, code: str, version: int) -> str:
    statement = select(Publication.document).where(
        Publication.period == code, Publication.version == version
    )
    text = ctx.session.scalar(statement)
    if text is None:
        raise NotFound("version", f"{code} {version}")
    return str(text)
