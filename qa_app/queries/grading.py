"""Reads of a grader's work: the queue, the progress of a half, what the grading desk shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Row, String, bindparam, case, cast, func, select, tuple_

import scorecards
from qa_app.db.types import AnyRow, AnySelect, Key
from qa_app.db.unit_of_work import plain
from qa_app.domain.assignment import OPEN_STATES, AssignmentState
from qa_app.domain.errors import NotFound
from qa_app.domain.people import Role
from qa_app.models import (
    Assignment,
    AuditEntry,
    Conversation,
    Evaluation,
    Flag,
    MaskedSound,
    Person,
    Recording,
    Scorecard,
    ScorecardVersion,
    Transcript,
)
from qa_app.queries.conversations import LIFTED_BY, lifted_today, turns_as_seen
from qa_app.queries.scorecards import LOADED, load_version
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, can, require
from qa_app.security.scope import SEES_ALL, held_in_led_team

QUEUE_PAGE = 100
COUNTED_UP_TO = 1000
LEFT_STATES = tuple(sorted(state.value for state in OPEN_STATES))


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """How far the grading of a channel is in a half: drawn = graded + left."""

    channel: str
    drawn: int
    graded: int

    @property
    def left(self) -> int:
        return self.drawn - self.graded


# Opening and submitting ask these each time: the statements are built once.
TO_DO = (Assignment.grader_id == bindparam("grader_id")) & Assignment.state.in_(LEFT_STATES)
LEFT = select(func.count()).select_from(
    select(Assignment.id).where(TO_DO).limit(COUNTED_UP_TO).subquery()
)
FIRST = select(Assignment.id).where(TO_DO).order_by(Assignment.due_on, Assignment.id).limit(1)
BEHIND = tuple_(Assignment.due_on, Assignment.id) > tuple_(
    bindparam("due_on", type_=Date), bindparam("assignment_id", type_=Key)
)
AFTER = (
    select(Assignment.id)
    .where(TO_DO, Assignment.id != bindparam("assignment_id"))
    .order_by(case((BEHIND, 0), else_=1), Assignment.due_on, Assignment.id)
    .limit(1)
)
FORM_REF = (
    select(Assignment.scorecard_version_id, ScorecardVersion.digest.label("form_digest"))
    .join(ScorecardVersion, ScorecardVersion.id == Assignment.scorecard_version_id)
    .where(Assignment.id == bindparam("assignment_id"))
)


def queue(
    ctx: Context, *, after: tuple[date, int] | None = None, limit: int = QUEUE_PAGE
) -> list[Row[Any]]:
    """The actor's open and started assignments by due date: `assignment_id, due_on, state, kind,
    channel, period, started_at, duration_s, topic, agent_id, agent_name, evaluation_id,
    draft_saved_at`. `after` is `(due_on, assignment_id)` of the last row that was shown."""
    require(ctx.actor, Permission.EVALUATION_GRADE)
    statement = (
        select(
            Assignment.id.label("assignment_id"),
            Assignment.due_on,
            Assignment.state,
            Assignment.kind,
            Assignment.channel,
            Assignment.period,
            Conversation.started_at,
            Conversation.duration_s,
            Conversation.topic,
            Conversation.agent_id,
            Person.name.label("agent_name"),
            Evaluation.id.label("evaluation_id"),
            Evaluation.updated_at.label("draft_saved_at"),
        )
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .join(Person, Person.id == Conversation.agent_id)
        .outerjoin(Evaluation, Evaluation.assignment_id == Assignment.id)
        .where(TO_DO)
        .order_by(Assignment.due_on, Assignment.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(Assignment.due_on, Assignment.id) > tuple_(*after))
    if ctx.actor.role is Role.LEAD:
        statement = statement.where(held_in_led_team(ctx.actor))
    return list(ctx.session.execute(statement, {"grader_id": ctx.actor.account_id}))


def queue_count(ctx: Context) -> int:
    """How many the actor has to grade; stops counting at COUNTED_UP_TO."""
    require(ctx.actor, Permission.EVALUATION_GRADE)
    mine = {"grader_id": ctx.actor.account_id}
    if ctx.actor.role is not Role.LEAD:
        return int(plain(ctx.session).scalar(LEFT, mine) or 0)
    some = _of_team(ctx, select(Assignment.id).where(TO_DO)).limit(COUNTED_UP_TO).subquery()
    counted = select(func.count()).select_from(some)
    return int(plain(ctx.session).scalar(counted, mine) or 0)


def progress(ctx: Context, period: str, *, mine: bool = False) -> list[ChannelProgress]:
    """Drawn, graded and left of a half by channel, of all graders or the actor's own share."""
    require(ctx.actor, Permission.EVALUATION_LIST)
    graded = func.sum(case((Assignment.state == AssignmentState.SUBMITTED, 1), else_=0))
    statement = (
        select(Assignment.channel, func.count().label("drawn"), graded.label("graded"))
        .where(
            Assignment.period == period,
            Assignment.kind == "random",
            Assignment.state.in_((*LEFT_STATES, AssignmentState.SUBMITTED.value)),
        )
        .group_by(Assignment.channel)
        .order_by(Assignment.channel)
    )
    if mine:
        statement = statement.where(Assignment.grader_id == ctx.actor.account_id)
    rows = ctx.session.execute(statement)
    return [ChannelProgress(row.channel, row.drawn, int(row.graded)) for row in rows]


def next_assignment(ctx: Context, *, after: tuple[date, int] | None = None) -> int | None:
    """The actor's next assignment by due date and id: the one behind `after`, else the first."""
    mine = {"grader_id": ctx.actor.account_id}
    if after is None:
        return plain(ctx.session).scalar(_of_team(ctx, FIRST), mine)
    behind = _of_team(ctx, AFTER)
    return plain(ctx.session).scalar(
        behind, {**mine, "due_on": after[0], "assignment_id": after[1]}
    )


def _of_team(ctx: Context, statement: AnySelect) -> AnySelect:
    """The statement itself; for a lead without what was taken in a team that is led no more."""
    if ctx.actor.role is not Role.LEAD:
        return statement
    return statement.join(Conversation, Conversation.id == Assignment.conversation_id).where(
        held_in_led_team(ctx.actor)
    )


DESK = (
    select(
        Assignment.id.label("assignment_id"),
        Assignment.state.label("assignment_state"),
        Assignment.kind,
        Assignment.period,
        Assignment.due_on,
        Assignment.grader_id,
        Assignment.scorecard_version_id,
        Conversation.id.label("conversation_id"),
        Conversation.channel,
        Conversation.external_id,
        Conversation.started_at,
        Conversation.duration_s,
        Conversation.direction,
        Conversation.queue,
        Conversation.product,
        Conversation.topic,
        Conversation.satisfaction,
        Conversation.disposition,
        Conversation.language,
        Conversation.tags,
        Conversation.agent_id,
        Person.name.label("agent_name"),
        Person.employee_no,
        ScorecardVersion.digest.label("form_digest"),
        ScorecardVersion.version.label("form_version"),
        Scorecard.slug.label("form_slug"),
        Recording.id.label("recording_id"),
        Recording.state.label("recording_state"),
        Recording.problem.label("recording_problem"),
        Recording.duration_ms,
        Conversation.agent_lane,
        Recording.facts.label("recording_facts"),
        Recording.playback_size,
        Recording.playback_mime,
        Recording.channels.label("lanes"),
        Evaluation.id.label("evaluation_id"),
        Evaluation.state.label("evaluation_state"),
        Evaluation.sheet,
        Evaluation.summary,
        Evaluation.draft_version,
        Evaluation.seconds_spent,
        Evaluation.seconds_paused,
        Evaluation.updated_at.label("draft_saved_at"),
        Transcript.turns,
        LEFT.scalar_subquery().label("left"),
        LIFTED_BY.where(AuditEntry.subject_id == cast(Conversation.id, String))
        .exists()
        .label("is_unmasked"),
        MaskedSound.digest.is_not(None).label("sound_is_masked"),
    )
    .join(Conversation, Conversation.id == Assignment.conversation_id)
    .join(Person, Person.id == Conversation.agent_id)
    .join(ScorecardVersion, ScorecardVersion.id == Assignment.scorecard_version_id)
    .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
    .outerjoin(Recording, Recording.id == Conversation.recording_id)
    .outerjoin(Transcript, Transcript.conversation_id == Conversation.id)
    .outerjoin(MaskedSound, MaskedSound.conversation_id == Conversation.id)
    .outerjoin(Evaluation, Evaluation.assignment_id == Assignment.id)
    .where(Assignment.id == bindparam("assignment_id"))
)


def desk(ctx: Context, assignment_id: int) -> AnyRow:
    """Everything that the grading desk shows of an assignment, in one row; `left` as `queue_count`.

    Raises NotFound; NotAllowed for whoever it was not given to, and for the one graded.
    """
    asked = {"assignment_id": assignment_id, "grader_id": ctx.actor.account_id}
    row = plain(ctx.session).execute(DESK, {**asked, **lifted_today(ctx)}).one_or_none()
    if row is None:
        raise NotFound("assignment", assignment_id)
    require_grader(ctx, row, "assignment", assignment_id)
    return row


def require_grader(ctx: Context, row: AnyRow, kind: str, wanted: object) -> None:
    """Raise NotAllowed unless the row (`grader_id, agent_id`) was given to the actor to grade.

    NotFound instead for those who may not know what others grade, and for a lead who no longer
    leads the team of its `conversation_id`.
    """
    require(ctx.actor, Permission.EVALUATION_GRADE)
    if row.grader_id != ctx.actor.account_id and ctx.actor.role not in SEES_ALL:
        raise NotFound(kind, wanted)
    require(ctx.actor, Permission.EVALUATION_GRADE, Relation(row.agent_id, row.grader_id))
    if ctx.actor.role is Role.LEAD and not _is_of_team(ctx, row.conversation_id):
        raise NotFound(kind, wanted)


def _is_of_team(ctx: Context, conversation_id: int) -> bool:
    """Whether a lead still leads the team in which the conversation was held."""
    statement = select(Conversation.id).where(
        Conversation.id == conversation_id, held_in_led_team(ctx.actor)
    )
    return plain(ctx.session).execute(statement).one_or_none() is not None


def form_ref(ctx: Context, assignment_id: int) -> Row[int, str]:
    """Which form an assignment is graded on: `scorecard_version_id, form_digest`. Raises NotFound.

    Whose assignment it is, the services ask.
    """
    require(ctx.actor, Permission.EVALUATION_GRADE)
    row = plain(ctx.session).execute(FORM_REF, {"assignment_id": assignment_id}).one_or_none()
    if row is None:
        raise NotFound("assignment", assignment_id)
    return row


def form_of(ctx: Context, row: AnyRow) -> scorecards.Scorecard:
    """The form of a row that carries `form_digest` and `scorecard_version_id`."""
    return LOADED.get(row.form_digest) or load_version(ctx, row.scorecard_version_id)


def what_was_said(ctx: Context, row: AnyRow) -> tuple[list[dict[str, Any]], bool]:
    """The turns of a row of `desk` as the actor may see them, and whether something is hidden:
    in them, or in the sound."""
    kept: list[dict[str, Any]] = row.turns or []
    unmasked = row.is_unmasked and can(ctx.actor, Permission.CONVERSATION_UNMASK)
    shown = turns_as_seen(unmasked, kept)
    is_hidden = row.sound_is_masked and not unmasked
    return shown, is_hidden or any(
        one["text"] != other.get("text") for one, other in zip(shown, kept, strict=True)
    )


def open_flags(ctx: Context, evaluation_id: int) -> list[Row[Any]]:
    """Open flags of an evaluation that the actor grades: `kind, reason, note, raised_at`."""
    require(ctx.actor, Permission.EVALUATION_GRADE)
    statement = (
        select(Flag.kind, Flag.reason, Flag.note, Flag.raised_at)
        .where(Flag.evaluation_id == evaluation_id, Flag.state == "open")
        .order_by(Flag.id)
    )
    return list(ctx.session.execute(statement))
