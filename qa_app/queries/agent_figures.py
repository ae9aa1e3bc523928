"""Reads of one agent's figures: the scores beneath them, what does not count, history, losses."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.assignment import OPEN_STATES, AssignmentKind
from qa_app.domain.calendar import Period as Half
from qa_app.domain.calendar import conversation_dates
from qa_app.domain.evaluation import EvaluationState
from qa_app.domain.people import Role
from qa_app.domain.period import PeriodState
from qa_app.models import (
    Answer,
    Assignment,
    Conversation,
    Evaluation,
    EvaluationRevision,
    Membership,
    Period,
    Pick,
    Publication,
    PublishedFigure,
    PublishedScore,
    Team,
)
from qa_app.queries.editions import Edition, counting, edition
from qa_app.queries.figure_pages import Value, figure_agent, published_value, values
from qa_app.queries.figures import KEY, team_then
from qa_app.security.context import Context
from qa_app.security.scope import reads_everybody, visible_evaluations

LISTED = 200


def _revision_in_force() -> ColumnElement[bool]:
    return and_(
        EvaluationRevision.evaluation_id == Evaluation.id,
        EvaluationRevision.number == Evaluation.revision,
    )


def _beneath(ctx: Context, shown: Edition, agent_id: int) -> AnySelect:
    """Evaluation, its revision and its conversation, for each score beneath the agent's figures."""
    if shown.publication_id is None:
        return (
            counting(ctx, shown.code)
            .join(EvaluationRevision, _revision_in_force())
            .join(Conversation, Conversation.id == Evaluation.conversation_id)
            .where(Evaluation.agent_id == agent_id)
        )
    return (
        select()
        .select_from(PublishedFigure)
        .join(PublishedScore, PublishedScore.figure_id == PublishedFigure.id)
        .join(Evaluation, Evaluation.id == PublishedScore.evaluation_id)
        .join(EvaluationRevision, EvaluationRevision.id == PublishedScore.revision_id)
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .where(
            PublishedFigure.publication_id == shown.publication_id,
            PublishedFigure.agent_id == agent_id,
        )
    )


def scores_beneath(ctx: Context, shown: Edition, agent_id: int) -> list[AnyRow]:
    """The evaluations of the agent's figures, by channel and conversation, as the document has it.

    `is_readable`: the actor may open it. Raises NotFound for an agent out of scope.
    """
    figure_agent(ctx, shown.code, agent_id)
    statement = (
        _beneath(ctx, shown, agent_id)
        .add_columns(
            Evaluation.id.label("evaluation_id"),
            Evaluation.channel,
            KEY.label("conversation"),
            Conversation.started_at,
            EvaluationRevision.number.label("revision"),
            EvaluationRevision.score,
            Evaluation.has_fatal,
            Team.code.label("team"),
            visible_evaluations(ctx.actor).label("is_readable"),
        )
        .outerjoin(Team, Team.id == team_then())
    )
    rows = ctx.session.execute(statement).all()
    return sorted(rows, key=lambda row: (row.channel, row.conversation, row.evaluation_id))


def not_counted(ctx: Context, shown: Edition, agent_id: int) -> list[AnyRow]:
    """Evaluations of the agent in the period that are not beneath the figures, and readable.

    Why not: `kind` (targeted, lead), `replaced_at`, or submitted after the version.
    """
    figure_agent(ctx, shown.code, agent_id)
    beneath = _beneath(ctx, shown, agent_id).add_columns(Evaluation.id)
    statement = (
        select(
            Evaluation.id.label("evaluation_id"),
            Evaluation.channel,
            Evaluation.kind,
            Evaluation.state,
            KEY.label("conversation"),
            Conversation.started_at,
            Evaluation.score,
            Evaluation.has_fatal,
            Pick.replaced_at,
            Pick.replaced_reason,
        )
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .outerjoin(Assignment, Assignment.id == Evaluation.assignment_id)
        .outerjoin(Pick, Pick.id == Assignment.pick_id)
        .where(
            Evaluation.period == shown.code,
            Evaluation.agent_id == agent_id,
            Evaluation.state != EvaluationState.DRAFT,
            Evaluation.id.not_in(beneath),
            visible_evaluations(ctx.actor),
        )
        .order_by(Evaluation.submitted_at, Evaluation.id)
        .limit(LISTED)
    )
    return list(ctx.session.execute(statement).all())


def still_to_grade(ctx: Context, code: str, agent_id: int) -> list[AnyRow]:
    """`channel, due_on` of what is drawn and not graded yet; nobody tells the agents themselves."""
    if ctx.actor.role in (Role.AGENT, Role.HR):
        return []
    figure_agent(ctx, code, agent_id)
    statement = (
        select(Assignment.channel, Assignment.due_on)
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .where(
            Assignment.period == code,
            Assignment.kind == AssignmentKind.RANDOM,
            Assignment.state.in_(sorted(OPEN_STATES)),
            Conversation.agent_id == agent_id,
        )
        .order_by(Assignment.due_on)
    )
    return list(ctx.session.execute(statement).all())


def lost_points(ctx: Context, shown: Edition, agent_id: int) -> list[AnyRow]:
    """What each answer beneath the agent's figures cost, where it cost anything and is readable:
    `channel, question_id, scorecard_version_id, evaluation_id, lost, reasons`."""
    figure_agent(ctx, shown.code, agent_id)
    statement = (
        _beneath(ctx, shown, agent_id)
        .add_columns(
            Evaluation.channel,
            Answer.question_id,
            EvaluationRevision.scorecard_version_id,
            Evaluation.id.label("evaluation_id"),
            Answer.lost,
            Answer.reasons,
        )
        .join(Answer, Answer.revision_id == EvaluationRevision.id)
        .where(Answer.lost > Decimal(0), visible_evaluations(ctx.actor))
    )
    return list(ctx.session.execute(statement).all())


def history(ctx: Context, agent_id: int, halves: Sequence[Half]) -> dict[tuple[str, str], Value]:
    """The agent's figures of several halves by code and channel, as far as the actor may read.

    A half's newest version where it is published, else what counts now.
    """
    codes = [str(half) for half in _readable(ctx, agent_id, halves)]
    statement = (
        select(
            Publication.period,
            PublishedFigure.channel,
            PublishedFigure.n,
            PublishedFigure.mean,
            PublishedFigure.population,
            PublishedFigure.low,
            PublishedFigure.high,
        )
        .join(Publication, Publication.id == PublishedFigure.publication_id)
        .join(
            Period,
            and_(Period.code == Publication.period, Period.version == Publication.version),
        )
        .where(PublishedFigure.agent_id == agent_id, Publication.period.in_(codes))
    )
    found: dict[tuple[str, str], Value] = {
        (row.period, row.channel): published_value(row) for row in ctx.session.execute(statement)
    }
    for code in _graded_unpublished(ctx, agent_id, codes):
        for (_, channel), value in values(ctx, edition(ctx, code), [agent_id]).items():
            found[code, channel] = value
    return found


def _graded_unpublished(ctx: Context, agent_id: int, codes: list[str]) -> list[str]:
    published = select(Publication.period).where(Publication.period == Evaluation.period)
    statement = (
        select(Evaluation.period)
        .where(
            Evaluation.agent_id == agent_id,
            Evaluation.period.in_(codes),
            Evaluation.state != EvaluationState.DRAFT,
            ~exists(published),
        )
        .distinct()
    )
    return list(ctx.session.scalars(statement))


def _readable(ctx: Context, agent_id: int, halves: Sequence[Half]) -> list[Half]:
    """The halves in which the agent's figures are the actor's business."""
    if ctx.actor.role is Role.HR:
        closed = select(Period.code).where(Period.state == PeriodState.CLOSED)
        codes = set(ctx.session.scalars(closed))
        return [half for half in halves if str(half) in codes]
    if reads_everybody(ctx.actor) or ctx.actor.person_id == agent_id:
        return list(halves)
    spans: list[Any] = list(
        ctx.session.execute(
            select(Membership.from_date, Membership.to_date).where(
                Membership.person_id == agent_id,
                Membership.team_id.in_(sorted(ctx.actor.led_teams)),
            )
        )
    )
    readable = []
    for half in halves:
        first, last = conversation_dates(half, ctx.settings.lag_days)
        if any(span[0] <= last and (span[1] is None or span[1] >= first) for span in spans):
            readable.append(half)
    return readable
