"""Reads of agents' figures, page by page.

A page shows one version of a period, or what counts now where nothing is published yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import aliased

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.averages import Interval, Sums, interval_of_sums, mean_of_total
from qa_app.domain.calendar import Period as Half
from qa_app.domain.calendar import conversation_dates
from qa_app.domain.errors import NotFound
from qa_app.models import Evaluation, Membership, Person, PublishedFigure, Team
from qa_app.queries.editions import Edition, counting
from qa_app.queries.figures import check_readable, in_scope, populations
from qa_app.security.context import Context

CHANNELS = ("call", "chat")
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Value:
    """A figure without what is beneath it."""

    n: int
    mean: Decimal | None
    population: int
    interval: Interval | None
    is_published: bool


def values(ctx: Context, shown: Edition, agent_ids: Iterable[int]) -> dict[tuple[int, str], Value]:
    """Figures by agent id and channel, for agents whom the caller found in scope."""
    wanted = sorted(set(agent_ids))
    if not wanted:
        return {}
    if shown.publication_id is None:
        return _provisional(ctx, shown.code, wanted)
    rows = ctx.session.execute(
        select(
            PublishedFigure.agent_id,
            PublishedFigure.channel,
            PublishedFigure.n,
            PublishedFigure.mean,
            PublishedFigure.population,
            PublishedFigure.low,
            PublishedFigure.high,
        ).where(
            PublishedFigure.publication_id == shown.publication_id,
            PublishedFigure.agent_id.in_(wanted),
        )
    )
    return {(row.agent_id, row.channel): published_value(row) for row in rows}


def published_value(row: AnyRow) -> Value:
    """A stored figure as it was published, interval included."""
    reach = None if row.low is None else Interval(Decimal(row.low), Decimal(row.high))
    return Value(row.n, row.mean, row.population, reach, is_published=True)


def _provisional(ctx: Context, code: str, agent_ids: list[int]) -> dict[tuple[int, str], Value]:
    hundredths = cast(type_coerce(Evaluation.score, BigInteger), BigInteger)
    rows = ctx.session.execute(
        counting(ctx, code)
        .add_columns(
            Evaluation.agent_id,
            Evaluation.channel,
            func.count(Evaluation.score).label("n"),
            func.sum(hundredths).label("total"),
            func.sum(hundredths * hundredths).label("squares"),
        )
        .where(Evaluation.agent_id.in_(agent_ids))
        .group_by(Evaluation.agent_id, Evaluation.channel)
    ).all()
    people = populations(ctx, code, agent_ids)
    return {
        (row.agent_id, row.channel): _counted(row, people.get((row.agent_id, row.channel), 0))
        for row in rows
    }


def _counted(row: AnyRow, population: int) -> Value:
    total = Fraction(int(row.total or 0), HUNDREDTHS)
    squares = Fraction(int(row.squares or 0), HUNDREDTHS**2)
    sums = Sums(row.n, total, squares)
    mean = mean_of_total(sums.total, sums.n)
    return Value(row.n, mean, population, interval_of_sums(sums, population), is_published=False)


def _has_figure(ctx: Context, shown: Edition) -> ColumnElement[bool]:
    if shown.publication_id is not None:
        return exists(
            select(PublishedFigure.id).where(
                PublishedFigure.publication_id == shown.publication_id,
                PublishedFigure.agent_id == Person.id,
            )
        )
    counted = counting(ctx, shown.code).add_columns(Evaluation.id)
    return exists(counted.where(Evaluation.agent_id == Person.id).correlate(Person))


def _in_team(ctx: Context, code: str, team: str) -> ColumnElement[bool]:
    first, last = conversation_dates(Half.parse(code), ctx.settings.lag_days)
    return exists(
        select(Membership.id)
        .join(Team, Team.id == Membership.team_id)
        .where(
            Membership.person_id == Person.id,
            Team.code == team,
            Membership.from_date <= last,
            or_(Membership.to_date.is_(None), Membership.to_date >= first),
        )
    )


SORTS = ("agent", *CHANNELS)
AGENT = (Person.id, Person.employee_no, Person.name)
Sorted = aliased(PublishedFigure)
# Who has no figure in the channel stands below zero, on both databases.
MEAN: Any = func.coalesce(type_coerce(Sorted.mean, BigInteger), -1)


def agents_page(
    ctx: Context,
    shown: Edition,
    *,
    team: str = "",
    search: str = "",
    sort: str = "agent",
    descending: bool = False,
    after: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[AnyRow]:
    """Agents with a figure: `id, employee_no, name, mean` (of the channel sorted by, hundredths).

    `after` is `(mean, employee_no)` of the last row shown. Provisional figures sort by agent only:
    nothing is stored yet that could be sorted by.
    """
    check_readable(ctx, shown.code)
    if sort in CHANNELS and shown.is_published:
        statement, order = _by_mean(shown, sort), [MEAN, Person.employee_no]
    else:
        no_mean = cast(0, BigInteger).label("mean")
        statement, order = select(*AGENT, no_mean), [Person.employee_no]
    statement = statement.where(in_scope(ctx, shown.code), _has_figure(ctx, shown))
    if team:
        statement = statement.where(_in_team(ctx, shown.code, team))
    if search:
        statement = statement.where(_called(search))
    if after is not None:
        key, last = tuple_(*order), after[-len(order) :]
        statement = statement.where(key < last if descending else key > last)
    ordered = [column.desc() for column in order] if descending else order
    return list(ctx.session.execute(statement.order_by(*ordered).limit(limit)).all())


def _by_mean(shown: Edition, channel: str) -> AnySelect:
    in_channel = and_(
        Sorted.publication_id == shown.publication_id,
        Sorted.agent_id == Person.id,
        Sorted.channel == channel,
    )
    return select(*AGENT, MEAN.label("mean")).outerjoin(Sorted, in_channel)


def _called(search: str) -> ColumnElement[bool]:
    pattern = f"%{search.replace('%', '').replace('_', '')}%"
    return or_(Person.employee_no.ilike(pattern), Person.name.ilike(pattern))


def figure_agent(ctx: Context, code: str, person_id: int) -> AnyRow:
    """`id, employee_no, name, probation_until` of an agent whose figures the actor may read.

    Raises NotFound for everybody else, and for those with nothing in the period to show.
    """
    check_readable(ctx, code)
    row = ctx.session.execute(
        select(Person.id, Person.employee_no, Person.name, Person.probation_until).where(
            Person.id == person_id, in_scope(ctx, code)
        )
    ).one_or_none()
    if row is None:
        raise NotFound("agent", person_id)
    return row


def teams_of(ctx: Context, code: str, agent_ids: Iterable[int]) -> dict[int, list[str]]:
    """The teams that the agents were in during the period, the latest last."""
    first, last = conversation_dates(Half.parse(code), ctx.settings.lag_days)
    rows = ctx.session.execute(
        select(Membership.person_id, Team.code)
        .join(Team, Team.id == Membership.team_id)
        .where(
            Membership.person_id.in_(sorted(set(agent_ids))),
            Membership.from_date <= last,
            or_(Membership.to_date.is_(None), Membership.to_date >= first),
        )
        .order_by(Membership.from_date, Membership.id)
    )
    found: dict[int, list[str]] = {}
    for person_id, code_of_team in rows:
        teams = found.setdefault(person_id, [])
        if code_of_team not in teams:
            teams.append(code_of_team)
    return found
