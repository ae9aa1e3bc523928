"""Reads that the demo's own making needs; no page uses them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from qa_app.db.types import AnyRow
from qa_app.domain.evaluation import EvaluationState
from qa_app.models import (
    Account,
    Assignment,
    AuditEntry,
    Conversation,
    Draw,
    Evaluation,
    Person,
    Pick,
    Stratum,
)
from qa_app.security.context import Context

BEGUN, MADE = "demo.begun", "demo.made"


def drawn_assignments(ctx: Context, draw: str) -> list[AnyRow]:
    """What a draw gave to whom: `assignment_id, channel, key, grader, scorecard_version_id`."""
    statement = (
        select(
            Assignment.id.label("assignment_id"),
            Assignment.channel,
            Assignment.scorecard_version_id,
            (Conversation.source + ":" + Conversation.external_id).label("key"),
            Account.login.label("grader"),
        )
        .join(Pick, Pick.id == Assignment.pick_id)
        .join(Stratum, Stratum.id == Pick.stratum_id)
        .join(Draw, Draw.id == Stratum.draw_id)
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .join(Account, Account.id == Assignment.grader_id)
        .where(Draw.code == draw)
        .order_by(Assignment.due_on, Pick.ticket)
    )
    return list(ctx.session.execute(statement))


def released_evaluations(ctx: Context, period: str) -> list[AnyRow]:
    """What agents may look at: `evaluation_id, login`."""
    statement = (
        select(Evaluation.id.label("evaluation_id"), Account.login)
        .join(Account, Account.person_id == Evaluation.agent_id)
        .where(Evaluation.period == period, Evaluation.state == EvaluationState.RELEASED)
        .order_by(Evaluation.id)
    )
    return list(ctx.session.execute(statement))


def demo_state(ctx: Context) -> dict[str, Any]:
    """Whether the site is empty, a demo being made, a demo, or somebody's own."""
    notes = set(
        ctx.session.scalars(select(AuditEntry.action).where(AuditEntry.action.in_((BEGUN, MADE))))
    )
    has_rows = any(
        ctx.session.execute(select(model.id).limit(1)).first() is not None
        for model in (Account, Person, Conversation)
    )
    return {"is_made": MADE in notes, "is_begun": BEGUN in notes, "is_empty": not has_rows}
