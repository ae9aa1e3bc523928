"""Reads of flags: the lead's queue, one flag, and its relation to who asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import aliased

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.errors import NotFound
from qa_app.domain.flag import FlagState
from qa_app.domain.people import Role
from qa_app.models import Account, Conversation, Evaluation, Flag, Person
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, require
from qa_app.security.scope import visible_flags


def _listed(ctx: Context) -> AnySelect:
    raiser, decider = aliased(Account), aliased(Account)
    return (
        select(
            Flag.id,
            Flag.kind,
            Flag.state,
            Flag.reason,
            Flag.note,
            Flag.raised_at,
            Flag.due_on,
            Flag.decided_at,
            Flag.decision_reason,
            Flag.evaluation_id,
            Flag.conversation_id,
            Flag.agent_id,
            Person.name.label("agent_name"),
            Person.employee_no,
            raiser.name.label("raised_by"),
            decider.name.label("decided_by"),
            Evaluation.score,
            Evaluation.has_fatal,
            Conversation.channel,
            Conversation.started_at,
        )
        .join(Conversation, Conversation.id == Flag.conversation_id)
        .join(Evaluation, Evaluation.id == Flag.evaluation_id)
        .join(Person, Person.id == Flag.agent_id)
        .outerjoin(raiser, raiser.id == Flag.raised_by)
        .outerjoin(decider, decider.id == Flag.decided_by)
        .where(visible_flags(ctx.actor))
    )


def flag_page(
    ctx: Context,
    *,
    state: FlagState | None = FlagState.OPEN,
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> Sequence[AnyRow]:
    """Visible flags, soonest due first, after the given (due date, id); None: of any state."""
    require(ctx.actor, Permission.FLAG_LIST)
    statement = _listed(ctx)
    if state is not None:
        statement = statement.where(Flag.state == state)
    if after is not None:
        statement = statement.where(tuple_(Flag.due_on, Flag.id) > after)
    return ctx.session.execute(statement.order_by(Flag.due_on, Flag.id).limit(limit)).all()


def get_flag(ctx: Context, flag_id: int) -> AnyRow:
    """One visible flag. Raises NotFound."""
    require(ctx.actor, Permission.FLAG_LIST)
    row = ctx.session.execute(_listed(ctx).where(Flag.id == flag_id)).one_or_none()
    if row is None:
        raise NotFound("flag", flag_id)
    return row


def flags_of_evaluation(ctx: Context, evaluation_id: int) -> Sequence[AnyRow]:
    """The flags of an evaluation that the actor may see, newest first."""
    if ctx.actor.role is Role.AGENT:
        return []
    return ctx.session.execute(
        _listed(ctx).where(Flag.evaluation_id == evaluation_id).order_by(Flag.id.desc())
    ).all()


def flag_relation(ctx: Context, flag_id: int) -> Relation:
    """What the flag has to do with the actor. Raises NotFound outside the actor's rows."""
    row = ctx.session.execute(
        select(Flag.agent_id, Evaluation.grader_id)
        .join(Conversation, Conversation.id == Flag.conversation_id)
        .join(Evaluation, Evaluation.id == Flag.evaluation_id)
        .where(Flag.id == flag_id, visible_flags(ctx.actor))
    ).one_or_none()
    if row is None:
        raise NotFound("flag", flag_id)
    # A lead's visible flags are exactly those of the own team.
    return Relation(row.agent_id, row.grader_id, in_led_team=ctx.actor.role is Role.LEAD)


def open_flag_count(ctx: Context) -> int:
    """How many visible flags wait for a decision, counted up to 1,000."""
    inner: Any = (
        select(Flag.id)
        .join(Conversation, Conversation.id == Flag.conversation_id)
        .where(visible_flags(ctx.actor), Flag.state == FlagState.OPEN)
        .limit(1000)
        .subquery()
    )
    return ctx.session.execute(select(func.count()).select_from(inner)).scalar_one()
