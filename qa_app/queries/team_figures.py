"""Reads of team figures: the mean of what counted while the agents were in a team.

Whoever stayed in one team all through the half is taken as a whole; only for the others is each
conversation placed by its date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, func, or_, select, true, type_coerce

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.averages import mean_of_total, round_half_up
from qa_app.domain.calendar import Period as Half
from qa_app.domain.calendar import conversation_dates
from qa_app.domain.errors import NotFound
from qa_app.models import (
    Conversation,
    Evaluation,
    Membership,
    PublishedFigure,
    PublishedScore,
    Team,
)
from qa_app.queries.editions import Edition, counting
from qa_app.queries.figures import check_readable, team_then
from qa_app.security.context import Context
from qa_app.security.scope import reads_everybody

HUNDREDTHS = 100
NAMED_ONE_BY_ONE = 500

Place = tuple[int, str]
"""A team's or an agent's id, and a channel."""


@dataclass(frozen=True, slots=True)
class TeamValue:
    """A team's figure: the mean of what counted while the agents were in it."""

    team_id: int
    team: str
    channel: str
    n: int
    total: Decimal
    mean: Decimal | None


def team_values(ctx: Context, shown: Edition, team: str = "") -> list[TeamValue]:
    """Figures of the teams that the actor may know, by team and channel.

    They follow the memberships as they are recorded now.
    """
    check_readable(ctx, shown.code)
    teams = _teams(ctx, team)
    stayed, moved = _stays(ctx, shown.code, set(teams))
    counts: Counter[Place] = Counter()
    totals: Counter[Place] = Counter()
    for row in _sums_by_agent(ctx, shown, stayed):
        counts[stayed[row.agent_id], row.channel] += row.n
        totals[stayed[row.agent_id], row.channel] += int(row.total or 0)
    for row in _sums_by_team(ctx, shown, moved):
        if row.team_id in teams:
            counts[row.team_id, row.channel] += row.n
            totals[row.team_id, row.channel] += int(row.total or 0)
    return [
        _value(team_id, teams[team_id], channel, n, totals[team_id, channel])
        for (team_id, channel), n in sorted(
            counts.items(), key=lambda item: (teams[item[0][0]], item[0][1])
        )
    ]


def check_team(ctx: Context, code: str, team: str) -> None:
    """Raise NotFound unless there is such a team and its figures are the actor's business."""
    check_readable(ctx, code)
    if not team or not _teams(ctx, team):
        raise NotFound("team", team)


def _value(team_id: int, team: str, channel: str, n: int, hundredths: int) -> TeamValue:
    total = Fraction(hundredths, HUNDREDTHS)
    return TeamValue(team_id, team, channel, n, round_half_up(total), mean_of_total(total, n))


def _teams(ctx: Context, team: str) -> dict[int, str]:
    statement = select(Team.id, Team.code)
    if not reads_everybody(ctx.actor):
        statement = statement.where(Team.id.in_(sorted(ctx.actor.led_teams)))
    if team:
        statement = statement.where(Team.code == team)
    return {row.id: row.code for row in ctx.session.execute(statement)}


def _stays(ctx: Context, code: str, teams: set[int]) -> tuple[dict[int, int], set[int]]:
    """Agent -> team for who was in one of the teams and in no other on every day of the half;
    and who else was in one of them."""
    first, last = conversation_dates(Half.parse(code), ctx.settings.lag_days)
    rows = ctx.session.execute(
        select(
            Membership.person_id, Membership.team_id, Membership.from_date, Membership.to_date
        ).where(
            Membership.from_date <= last,
            or_(Membership.to_date.is_(None), Membership.to_date >= first),
        )
    ).all()
    several = Counter(row.person_id for row in rows)
    stayed: dict[int, int] = {}
    moved: set[int] = set()
    for person_id, team_id, begin, end in rows:
        if team_id not in teams:
            continue
        whole = begin <= first and (end is None or end >= last)
        if whole and several[person_id] == 1:
            stayed[person_id] = team_id
        else:
            moved.add(person_id)
    return stayed, moved


def _of(column: Any, agent_ids: Iterable[int]) -> ColumnElement[bool]:
    """The agents' rows; many agents are sorted out afterwards instead."""
    wanted = sorted(agent_ids)
    return column.in_(wanted) if len(wanted) <= NAMED_ONE_BY_ONE else true()


def _sums_by_agent(ctx: Context, shown: Edition, stayed: dict[int, int]) -> list[AnyRow]:
    if not stayed:
        return []
    if shown.publication_id is not None:
        statement: AnySelect = select(
            PublishedFigure.agent_id,
            PublishedFigure.channel,
            PublishedFigure.n,
            type_coerce(PublishedFigure.total, BigInteger).label("total"),
        ).where(
            PublishedFigure.publication_id == shown.publication_id,
            _of(PublishedFigure.agent_id, stayed),
        )
    else:
        statement = (
            counting(ctx, shown.code)
            .add_columns(
                Evaluation.agent_id,
                Evaluation.channel,
                func.count(Evaluation.score).label("n"),
                func.sum(type_coerce(Evaluation.score, BigInteger)).label("total"),
            )
            .where(_of(Evaluation.agent_id, stayed))
            .group_by(Evaluation.agent_id, Evaluation.channel)
        )
    return [row for row in ctx.session.execute(statement) if row.agent_id in stayed]


def _sums_by_team(ctx: Context, shown: Edition, moved: set[int]) -> list[AnyRow]:
    if not moved:
        return []
    scores = _placed_scores(ctx, shown, moved).subquery()
    statement = select(
        scores.c.team_id,
        scores.c.channel,
        func.count(scores.c.score).label("n"),
        func.sum(scores.c.score).label("total"),
    ).group_by(scores.c.team_id, scores.c.channel)
    return list(ctx.session.execute(statement).all())


def _placed_scores(ctx: Context, shown: Edition, moved: set[int]) -> AnySelect:
    """Channel, score and team of each score of these agents."""
    team_id = team_then().label("team_id")
    if shown.publication_id is None:
        return (
            counting(ctx, shown.code)
            .join(Conversation, Conversation.id == Evaluation.conversation_id)
            .add_columns(
                Evaluation.channel,
                type_coerce(Evaluation.score, BigInteger).label("score"),
                team_id,
            )
            .where(Evaluation.agent_id.in_(sorted(moved)))
        )
    return (
        select(
            PublishedFigure.channel,
            type_coerce(PublishedScore.score, BigInteger).label("score"),
            team_id,
        )
        .join(PublishedScore, PublishedScore.figure_id == PublishedFigure.id)
        .join(Evaluation, Evaluation.id == PublishedScore.evaluation_id)
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .where(
            PublishedFigure.publication_id == shown.publication_id,
            PublishedFigure.agent_id.in_(sorted(moved)),
        )
    )
