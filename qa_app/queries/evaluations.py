"""Reads of evaluations: pages of them, and one of them with everything that its reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import aliased

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.errors import NotFound
from qa_app.domain.evaluation import SUBMITTED_STATES, EvaluationState
from qa_app.domain.people import Role
from qa_app.models import (
    Account,
    Assignment,
    Conversation,
    Evaluation,
    EvaluationRevision,
    Membership,
    Period,
    Person,
    Pick,
    Recording,
    Scorecard,
    ScorecardVersion,
    Team,
    Transcript,
)
from qa_app.queries.figures import KEY, team_then
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, require
from qa_app.security.scope import SEES_ALL, held_in_led_team, visible_evaluations

READABLE_STATES = (*sorted(SUBMITTED_STATES), EvaluationState.REPLACED)
PlaceInList = tuple[datetime, int]
"""When it was submitted, and its id: pages go on from there."""


@dataclass(frozen=True, slots=True)
class EvaluationFilters:
    """What a list is narrowed down to; None and '' leave a thing open. Scores include both ends."""

    period: str = ""
    channel: str = ""
    agent: str = ""
    """Employee number, or a part of the name."""
    team: str = ""
    """Code of the team that the agent was in then."""
    grader: str = ""
    """Login."""
    state: str = ""
    kind: str = ""
    score_from: Decimal | None = None
    score_to: Decimal | None = None
    is_fatal: bool | None = None
    is_seen: bool | None = None


LISTED = (
    Evaluation.id,
    Evaluation.period,
    Evaluation.channel,
    Evaluation.kind,
    Evaluation.state,
    Evaluation.score,
    Evaluation.has_fatal,
    Evaluation.revision,
    Evaluation.submitted_at,
    Evaluation.released_at,
    Evaluation.seen_at,
    Evaluation.acknowledged_at,
    Evaluation.agent_id,
    KEY.label("conversation"),
    Conversation.started_at,
    Conversation.topic,
    Person.employee_no,
    Person.name.label("agent_name"),
    Account.name.label("grader_name"),
)


def evaluation_page(
    ctx: Context,
    filters: EvaluationFilters | None = None,
    *,
    after: PlaceInList | None = None,
    before: PlaceInList | None = None,
    limit: int = 50,
) -> Sequence[AnyRow]:
    """Visible submitted evaluations, newest first: LISTED.

    `after`: those behind (older than) that place; `before`: the nearest ones in front of it.
    """
    require(ctx.actor, Permission.EVALUATION_LIST)
    statement = _matching(ctx, filters or EvaluationFilters(), select(*LISTED)).outerjoin(
        Account, Account.id == Evaluation.grader_id
    )
    place = tuple_(Evaluation.submitted_at, Evaluation.id)
    order: list[Any] = [Evaluation.submitted_at, Evaluation.id]
    if after is not None:
        statement = statement.where(place < after)
    if before is not None:
        statement = statement.where(place > before)
    ordered = order if before is not None else [column.desc() for column in order]
    rows = ctx.session.execute(statement.order_by(*ordered).limit(limit)).all()
    return rows[::-1] if before is not None else rows


def _matching(ctx: Context, filters: EvaluationFilters, statement: AnySelect) -> AnySelect:
    return (
        statement.join(Conversation, Conversation.id == Evaluation.conversation_id)
        .join(Person, Person.id == Evaluation.agent_id)
        .where(
            Evaluation.submitted_at.is_not(None),
            visible_evaluations(ctx.actor),
            *_of_own_people(ctx),
            *_conditions(filters),
        )
    )


def _of_own_people(ctx: Context) -> list[ColumnElement[bool]]:
    """What a lead's scope implies anyway, said so that the index of agents can serve."""
    if ctx.actor.role in SEES_ALL or not ctx.actor.led_teams:
        return []
    members = select(Membership.person_id).where(
        Membership.team_id.in_(sorted(ctx.actor.led_teams))
    )
    return [Evaluation.agent_id.in_(members)]


def _conditions(filters: EvaluationFilters) -> list[ColumnElement[bool]]:
    found = [
        column == value
        for column, value in (
            (Evaluation.period, filters.period),
            (Evaluation.channel, filters.channel),
            (Evaluation.state, filters.state),
            (Evaluation.kind, filters.kind),
            (Evaluation.has_fatal, filters.is_fatal),
        )
        if value not in ("", None)
    ]
    if filters.agent:
        found.append(Evaluation.agent_id.in_(_people_called(filters.agent)))
    if filters.team:
        team = select(Team.id).where(Team.code == filters.team).scalar_subquery()
        found.append(team_then() == team)
    if filters.grader:
        grader = select(Account.id).where(Account.login == filters.grader).scalar_subquery()
        found.append(Evaluation.grader_id == grader)
    if filters.score_from is not None:
        found.append(Evaluation.score >= filters.score_from)
    if filters.score_to is not None:
        found.append(Evaluation.score <= filters.score_to)
    if filters.is_seen is not None:
        found.append((Evaluation.seen_at.is_not(None)) == filters.is_seen)
    return found


def _people_called(words: str) -> Any:
    pattern = f"%{words.replace('%', '').replace('_', '')}%"
    return select(Person.id).where(or_(Person.employee_no == words, Person.name.ilike(pattern)))


def graders(ctx: Context) -> list[tuple[str, str]]:
    """Login and name of everybody who has submitted an evaluation that the actor may know of."""
    require(ctx.actor, Permission.EVALUATION_LIST)
    graded = select(Evaluation.id).where(Evaluation.grader_id == Account.id)
    statement = select(Account.login, Account.name).where(graded.exists()).order_by(Account.name)
    return [(row.login, row.name) for row in ctx.session.execute(statement)]


def evaluated_periods(ctx: Context, limit: int = 48) -> list[str]:
    """The halves that an agent has evaluations in, or the site any; newest first."""
    require(ctx.actor, Permission.EVALUATION_LIST)
    if ctx.actor.role is Role.AGENT:
        column: Any = Evaluation.period
        statement = select(column).where(visible_evaluations(ctx.actor)).distinct()
    else:
        column = Period.code  # a submission makes the row of its period
        statement = select(column)
    return list(ctx.session.scalars(statement.order_by(column.desc()).limit(limit)))


Author = aliased(Account)
DETAIL = (
    *LISTED,
    Evaluation.conversation_id,
    Evaluation.grader_id,
    Evaluation.band,
    Evaluation.acknowledge_comment,
    Evaluation.seconds_spent,
    Evaluation.seconds_paused,
    Evaluation.scorecard_version_id,
    EvaluationRevision.id.label("revision_id"),
    EvaluationRevision.sheet,
    EvaluationRevision.summary,
    EvaluationRevision.result,
    EvaluationRevision.created_at.label("revised_at"),
    EvaluationRevision.reason.label("revision_reason"),
    EvaluationRevision.scorecard_version_id.label("form_version_id"),
    ScorecardVersion.digest.label("form_digest"),
    ScorecardVersion.version.label("form_version"),
    Scorecard.slug.label("form_slug"),
    Scorecard.title_zh.label("form_title_zh"),
    Scorecard.title_en.label("form_title_en"),
    Conversation.duration_s,
    Conversation.direction,
    Conversation.queue,
    Conversation.product,
    Conversation.satisfaction,
    Conversation.local_date,
    Recording.state.label("recording_state"),
    Recording.problem.label("recording_problem"),
    Recording.duration_ms,
    Conversation.agent_lane,
    Recording.facts.label("recording_facts"),
    Recording.playback_size,
    Transcript.turns,
    Pick.replaced_at,
    Team.code.label("team"),
)


def evaluation_detail(ctx: Context, evaluation_id: int) -> AnyRow:
    """One submitted evaluation with the revision in force: DETAIL and `in_led_team`.

    Raises NotFound, also for drafts and for what the actor may not know of.
    """
    require(ctx.actor, Permission.EVALUATION_READ)
    statement = (
        select(*DETAIL, held_in_led_team(ctx.actor).label("in_led_team"))
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .join(Person, Person.id == Evaluation.agent_id)
        .join(
            EvaluationRevision,
            and_(
                EvaluationRevision.evaluation_id == Evaluation.id,
                EvaluationRevision.number == Evaluation.revision,
            ),
        )
        .join(ScorecardVersion, ScorecardVersion.id == EvaluationRevision.scorecard_version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .outerjoin(Account, Account.id == Evaluation.grader_id)
        .outerjoin(Recording, Recording.id == Conversation.recording_id)
        .outerjoin(Transcript, Transcript.conversation_id == Conversation.id)
        .outerjoin(Assignment, Assignment.id == Evaluation.assignment_id)
        .outerjoin(Pick, Pick.id == Assignment.pick_id)
        .outerjoin(Team, Team.id == team_then())
        .where(
            Evaluation.id == evaluation_id,
            Evaluation.state.in_(READABLE_STATES),
            visible_evaluations(ctx.actor),
        )
    )
    row = ctx.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("evaluation", evaluation_id)
    require(ctx.actor, Permission.EVALUATION_READ, evaluation_relation(row))
    return row


def evaluation_relation(row: AnyRow) -> Relation:
    """What a row of `evaluation_detail` has to do with the actor."""
    return Relation(row.agent_id, row.grader_id, in_led_team=bool(row.in_led_team))


def draft_assignment(ctx: Context, evaluation_id: int) -> int | None:
    """The assignment of a draft that the actor is writing; None for everything else."""
    return ctx.session.scalar(
        select(Evaluation.assignment_id).where(
            Evaluation.id == evaluation_id,
            Evaluation.state == EvaluationState.DRAFT,
            Evaluation.grader_id == ctx.actor.account_id,
        )
    )


def revisions_of(ctx: Context, evaluation_id: int) -> Sequence[AnyRow]:
    """Every revision of an evaluation that the caller found visible, newest first."""
    require(ctx.actor, Permission.EVALUATION_READ)
    statement = (
        select(
            EvaluationRevision.number,
            EvaluationRevision.score,
            EvaluationRevision.reason,
            EvaluationRevision.created_at,
            Author.name.label("author"),
        )
        .outerjoin(Author, Author.id == EvaluationRevision.author_id)
        .where(EvaluationRevision.evaluation_id == evaluation_id)
        .order_by(EvaluationRevision.number.desc())
    )
    return ctx.session.execute(statement).all()
