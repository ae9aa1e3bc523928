"""Reads of team figures: the mean of what counted while the agents were in a team."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import BigInteger, func, select, type_coerce

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.averages import mean_of_total, round_half_up
from qa_app.domain.errors import NotFound
from qa_app.models import (
    Conversation,
    Evaluation,
    PublishedFigure,
    PublishedScore,
    Team,
)
from qa_app.queries.editions import Edition, counting
from qa_app.queries.figures import check_readable, team_then
from qa_app.security.context import Context
from qa_app.security.scope import reads_everybody

HUNDREDTHS = 100


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
    scores = _team_scores(ctx, shown).subquery()
    statement = (
        select(
            Team.id,
            Team.code,
            scores.c.channel,
            func.count(scores.c.score).label("n"),
            func.sum(scores.c.score).label("total"),
        )
        .join(scores, scores.c.team_id == Team.id)
        .group_by(Team.id, Team.code, scores.c.channel)
        .order_by(Team.code, scores.c.channel)
    )
    if not reads_everybody(ctx.actor):
        statement = statement.where(Team.id.in_(sorted(ctx.actor.led_teams)))
    if team:
        statement = statement.where(Team.code == team)
    return [_value(row) for row in ctx.session.execute(statement)]


def _value(row: AnyRow) -> TeamValue:
    total = Fraction(int(row.total or 0), HUNDREDTHS)
    mean = mean_of_total(total, row.n)
    return TeamValue(row.id, row.code, row.channel, row.n, round_half_up(total), mean)


def check_team(ctx: Context, code: str, team: str) -> None:
    """Raise NotFound unless there is such a team and its figures are the actor's business."""
    check_readable(ctx, code)
    team_id = ctx.session.scalar(select(Team.id).where(Team.code == team))
    if team_id is None or not (reads_everybody(ctx.actor) or team_id in ctx.actor.led_teams):
        raise NotFound("team", team)


def _team_scores(ctx: Context, shown: Edition) -> AnySelect:
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
        .where(PublishedFigure.publication_id == shown.publication_id)
    )
