"""Reads of the start pages: what waits for a lead, an agent, a manager, an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from qa_app.db.types import AnyRow
from qa_app.domain.evaluation import EvaluationState
from qa_app.domain.flag import FlagState
from qa_app.models import (
    Account,
    AuditHead,
    Conversation,
    Evaluation,
    Flag,
    Person,
    Publication,
    PublishedFigure,
)
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import visible_evaluations, visible_flags

COUNTED_UP_TO = 1000


def waiting_feedback(ctx: Context, limit: int = 10) -> Sequence[AnyRow]:
    """Released evaluations that their agent has not acknowledged, newest first: an agent's own,
    or those of a lead's team."""
    require(ctx.actor, Permission.EVALUATION_LIST)
    return ctx.session.execute(
        select(
            Evaluation.id,
            Evaluation.channel,
            Evaluation.kind,
            Evaluation.score,
            Evaluation.band,
            Evaluation.has_fatal,
            Evaluation.released_at,
            Evaluation.seen_at,
            Conversation.started_at,
            Conversation.topic,
            Person.name.label("agent_name"),
        )
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .join(Person, Person.id == Evaluation.agent_id)
        .where(visible_evaluations(ctx.actor), Evaluation.state == EvaluationState.RELEASED)
        .order_by(Evaluation.submitted_at.desc(), Evaluation.id.desc())
        .limit(limit)
    ).all()


def waiting_feedback_count(ctx: Context) -> int:
    """How many of them there are; stops at COUNTED_UP_TO."""
    some: Any = (
        select(Evaluation.id)
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .where(visible_evaluations(ctx.actor), Evaluation.state == EvaluationState.RELEASED)
        .limit(COUNTED_UP_TO)
        .subquery()
    )
    return ctx.session.execute(select(func.count()).select_from(some)).scalar_one()


def own_figures(ctx: Context, halves: Sequence[str]) -> Sequence[AnyRow]:
    """The actor's own figures in the newest version of each published half."""
    require(ctx.actor, Permission.FIGURE_READ)
    newest = (
        select(func.max(Publication.id))
        .where(Publication.period.in_(halves))
        .group_by(Publication.period)
    )
    return ctx.session.execute(
        select(
            Publication.period,
            Publication.version,
            PublishedFigure.channel,
            PublishedFigure.n,
            PublishedFigure.mean,
            PublishedFigure.low,
            PublishedFigure.high,
        )
        .join(PublishedFigure, PublishedFigure.publication_id == Publication.id)
        .where(Publication.id.in_(newest), PublishedFigure.agent_id == (ctx.actor.person_id or 0))
        .order_by(Publication.period.desc(), PublishedFigure.channel)
    ).all()


def decided_flags(ctx: Context, limit: int = 5) -> Sequence[AnyRow]:
    """What became of the flags that the actor raised, newest decision first."""
    require(ctx.actor, Permission.FLAG_LIST)
    return ctx.session.execute(
        select(
            Flag.id,
            Flag.state,
            Flag.decided_at,
            Flag.decision_reason,
            Flag.evaluation_id,
            Person.name.label("agent_name"),
            Account.name.label("decided_by"),
        )
        .join(Conversation, Conversation.id == Flag.conversation_id)
        .join(Person, Person.id == Flag.agent_id)
        .outerjoin(Account, Account.id == Flag.decided_by)
        .where(
            visible_flags(ctx.actor),
            Flag.raised_by == ctx.actor.account_id,
            Flag.state != FlagState.OPEN,
            Flag.decided_at > ctx.clock.now() - timedelta(days=30),
        )
        .order_by(Flag.decided_at.desc(), Flag.id.desc())
        .limit(limit)
    ).all()


@dataclass(frozen=True, slots=True)
class Health:
    """What an administrator looks at first."""

    schema: str | None
    schema_wanted: str | None
    audit_entries: int
    audit_head: str
    accounts: int


def health(ctx: Context, database: Any) -> Health:
    """The schema's revision, the audit trail's head, the number of accounts."""
    from qa_app.db.migrate import current_and_head  # Alembic is slow to load, one page needs it

    require(ctx.actor, Permission.ACCOUNT_MANAGE)
    current, head = current_and_head(database)
    chain = ctx.session.execute(select(AuditHead.seq, AuditHead.hash)).one()
    accounts = ctx.session.execute(select(func.count(Account.id))).scalar_one()
    return Health(current, head, chain.seq, chain.hash, accounts)
