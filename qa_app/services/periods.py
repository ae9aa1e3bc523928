"""Writes of periods: a half-month's row, and the immutable versions of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from qa_app.db.unit_of_work import plain
from qa_app.domain.averages import interval
from qa_app.domain.calendar import Period as Half
from qa_app.domain.errors import Refused
from qa_app.domain.figures import Figure, build_figures, canonical_figures
from qa_app.domain.period import PERIOD_LIFE, PeriodAction, PeriodState
from qa_app.models import Period, Publication, PublishedFigure, PublishedScore
from qa_app.queries.figures import (
    CountedRow,
    as_scores,
    counted_rows,
    figures_with_rows,
    newest_publication,
    populations,
)
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record

OF_PERIOD = select(Period.state).where(Period.code == bindparam("code"))
LOCKED = {alone: OF_PERIOD.with_for_update(read=not alone) for alone in (True, False)}


def ensure_period(ctx: Context, code: str) -> PeriodState:
    """Make the period's row if there is none, and hold it open until the transaction ends.

    A submission holds it shared, a publication alone: so each score is in a version or after it.
    Raises Refused `period_closed`.
    """
    return _hold(ctx, code, alone=False)


def _hold(ctx: Context, code: str, *, alone: bool) -> PeriodState:
    """Lock the row at once as it is needed: two that share it first could both wait for ever."""
    state = _locked_state(ctx, code, alone=alone)
    if state is None:
        _make(ctx, code)
        state = _locked_state(ctx, code, alone=alone)
    if state is PeriodState.CLOSED:
        raise Refused("period_closed", "The period %(period)s is closed.", period=code)
    assert state is not None
    return state


def publish_period(ctx: Context, code: str, *, reason: str = "") -> Publication:
    """Publish a version of the period's figures, or give the newest one where nothing changed.

    Raises InvalidInput for what is no period, Refused `not_begun`, `period_closed`,
    `nothing_to_publish`.
    """
    require(ctx.actor, Permission.PERIOD_PUBLISH)
    half = Half.parse(code)
    if half.first_day > ctx.today:
        raise Refused("not_begun", "The period %(period)s has not begun.", period=code)
    after = PERIOD_LIFE.move(_hold(ctx, code, alone=True), PeriodAction.PUBLISH)
    rows = counted_rows(ctx, code)
    if not rows:
        raise Refused(
            "nothing_to_publish", "Nothing that counts is graded in %(period)s.", period=code
        )
    newest = newest_publication(ctx, code)
    version = 1 if newest is None else newest.version + 1
    document = build_figures(code, as_scores(rows), version=version)
    if newest is not None and newest.digest == document["digest"]:
        return newest
    publication = Publication(
        period=code,
        version=version,
        digest=document["digest"],
        document=canonical_figures(document),
        published_at=ctx.clock.now(),
        published_by=ctx.actor.account_id,
        reason=reason.strip(),
    )
    ctx.session.add(publication)
    ctx.session.flush()  # gives the publication its id
    _write_figures(ctx, publication.id, code, rows)
    ctx.session.execute(
        update(Period).where(Period.code == code).values(state=after.value, version=version)
    )
    record(ctx, "period.published", "period", code, version=version, digest=document["digest"])
    return publication


def _locked_state(ctx: Context, code: str, *, alone: bool) -> PeriodState | None:
    return plain(ctx.session).execute(LOCKED[alone], {"code": code}).scalar_one_or_none()


def _make(ctx: Context, code: str) -> None:
    half = Half.parse(code)
    values = {
        "code": code,
        "state": PeriodState.OPEN,
        "first_day": half.first_day,
        "last_day": half.last_day,
        "due_on": half.due_on,
        "version": 0,
    }
    try:
        with ctx.session.begin_nested():
            ctx.session.execute(insert(Period).values(**values))
    except IntegrityError:  # somebody else has just made it
        return


def _write_figures(ctx: Context, publication_id: int, code: str, rows: list[CountedRow]) -> None:
    people = populations(ctx, code)
    made = list(figures_with_rows(rows))
    figure_ids = ctx.session.scalars(
        insert(PublishedFigure).returning(PublishedFigure.id, sort_by_parameter_order=True),
        [_figure(publication_id, figure, beneath[0], people) for figure, beneath in made],
    ).all()
    scores = [
        _score(figure_id, row)
        for figure_id, (_, beneath) in zip(figure_ids, made, strict=True)
        for row in beneath
    ]
    ctx.session.execute(insert(PublishedScore), scores)


def _figure(
    publication_id: int, figure: Figure, row: CountedRow, people: Mapping[tuple[int, str], int]
) -> dict[str, Any]:
    population = people.get((row.agent_id, row.channel), 0)
    reach = interval([one.score for one in figure.scores if one.score is not None], population)
    return {
        "publication_id": publication_id,
        "agent_id": row.agent_id,
        "channel": row.channel,
        "n": figure.n,
        "total": figure.total,
        "mean": figure.mean,
        "population": population,
        "low": None if reach is None else str(reach.low),
        "high": None if reach is None else str(reach.high),
    }


def _score(figure_id: int, row: CountedRow) -> dict[str, int | Decimal | None]:
    return {
        "figure_id": figure_id,
        "evaluation_id": row.evaluation_id,
        "revision_id": row.revision_id,
        "score": row.score,
    }
