"""What happened to one conversation: how it was drawn, its evaluations, its flags."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from qa_app.db.types import AnyRow
from qa_app.domain.people import Role
from qa_app.models import (
    Account,
    Assignment,
    Conversation,
    Draw,
    Evaluation,
    Flag,
    Pick,
    Scorecard,
    ScorecardVersion,
    Stratum,
)
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import (
    RELEASED,
    visible_conversations,
    visible_evaluations,
    visible_flags,
)


def evaluations_of(ctx: Context, conversation_id: int) -> Sequence[AnyRow]:
    """Evaluations that the actor may see, newest first; of others' drafts only that they are."""
    require(ctx.actor, Permission.EVALUATION_READ)
    return ctx.session.execute(
        select(
            Evaluation.id,
            Evaluation.assignment_id,
            Evaluation.kind,
            Evaluation.state,
            Evaluation.score,
            Evaluation.has_fatal,
            Evaluation.revision,
            Evaluation.period,
            Evaluation.submitted_at,
            Evaluation.grader_id,
            Account.name.label("grader_name"),
            Scorecard.title_zh,
            Scorecard.title_en,
            ScorecardVersion.version,
        )
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .join(Account, Account.id == Evaluation.grader_id)
        .join(ScorecardVersion, ScorecardVersion.id == Evaluation.scorecard_version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .where(Evaluation.conversation_id == conversation_id, visible_evaluations(ctx.actor))
        .order_by(Evaluation.id.desc())
    ).all()


def flags_of(ctx: Context, conversation_id: int) -> Sequence[AnyRow]:
    """Flags that the actor may see, newest first."""
    if ctx.actor.role is Role.AGENT:
        return []
    require(ctx.actor, Permission.FLAG_LIST)
    return ctx.session.execute(
        select(Flag.id, Flag.kind, Flag.state, Flag.reason, Flag.note, Flag.raised_at)
        .join(Conversation, Conversation.id == Flag.conversation_id)
        .where(Flag.conversation_id == conversation_id, visible_flags(ctx.actor))
        .order_by(Flag.id.desc())
    ).all()


def draws_of(ctx: Context, conversation_id: int) -> Sequence[AnyRow]:
    """The random draws that picked a visible conversation, oldest first.

    An agent is told of those only whose evaluation is released.
    """
    require(ctx.actor, Permission.CONVERSATION_READ)
    statement = (
        select(
            Draw.code,
            Draw.drawn_at,
            Pick.place,
            Stratum.quota,
            Stratum.frame_size,
            Pick.replaced_at,
            Assignment.due_on,
            Assignment.state.label("assignment_state"),
            Account.name.label("grader_name"),
        )
        .select_from(Pick)
        .join(Conversation, Conversation.id == Pick.conversation_id)
        .join(Stratum, Stratum.id == Pick.stratum_id)
        .join(Draw, Draw.id == Stratum.draw_id)
        .outerjoin(Assignment, Assignment.pick_id == Pick.id)
        .outerjoin(Account, Account.id == Assignment.grader_id)
        .where(Pick.conversation_id == conversation_id, visible_conversations(ctx.actor))
        .order_by(Pick.id)
    )
    if ctx.actor.role is Role.AGENT:
        released = aliased(Evaluation)
        statement = statement.join(released, released.assignment_id == Assignment.id)
        statement = statement.where(released.state.in_(RELEASED))
    return ctx.session.execute(statement).all()
