"""Reads for attaching transcripts: the conversation, what stands in the way, what is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from qa_app.db.types import AnyRow
from qa_app.domain.assignment import OPEN_STATES
from qa_app.domain.errors import NotFound
from qa_app.domain.evaluation import SUBMITTED_STATES, EvaluationState
from qa_app.models import Assignment, Conversation, Evaluation, Person, Transcript
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require

TARGET = (
    Conversation.id,
    Conversation.source,
    Conversation.external_id,
    Conversation.channel,
    Conversation.direction,
    Conversation.started_at,
    Conversation.duration_s,
    Conversation.turn_count,
    Conversation.recording_id,
    Person.name.label("agent_name"),
    Person.employee_no,
    Transcript.format,
    Transcript.attached_at,
)


class NamedTurn(NamedTuple):
    """A turn that a draft names as evidence; counted from 0."""

    evaluation_id: int
    question: str
    turn: int


def transcript_target(ctx: Context, conversation_id: int) -> AnyRow:
    """A conversation as far as attaching a transcript needs it: TARGET. Raises NotFound.

    Whoever may attach transcripts may do so everywhere; what was said is not in it.
    """
    require(ctx.actor, Permission.TRANSCRIPT_ATTACH)
    row = ctx.session.execute(
        select(*TARGET)
        .join(Person, Person.id == Conversation.agent_id)
        .outerjoin(Transcript, Transcript.conversation_id == Conversation.id)
        .where(Conversation.id == conversation_id)
    ).one_or_none()
    if row is None:
        raise NotFound("conversation", conversation_id)
    return row


def is_evaluated(ctx: Context, conversation_id: int) -> bool:
    """Whether an evaluation of it was submitted: then its transcript stays as it is."""
    graded = select(Evaluation.id).where(
        Evaluation.conversation_id == conversation_id, Evaluation.state.in_(SUBMITTED_STATES)
    )
    return ctx.session.execute(graded.limit(1)).one_or_none() is not None


def turns_named_by_drafts(ctx: Context, conversation_id: int) -> list[NamedTurn]:
    """Turns that drafts about the conversation name as evidence; not those given back."""
    drafts = (
        select(Evaluation.id, Evaluation.sheet)
        .join(Assignment, Assignment.id == Evaluation.assignment_id)
        .where(
            Evaluation.conversation_id == conversation_id,
            Evaluation.state == EvaluationState.DRAFT,
            Assignment.state.in_(sorted(OPEN_STATES)),
        )
    )
    return [
        NamedTurn(draft.id, question, place["turn"])
        for draft in ctx.session.execute(drafts.order_by(Evaluation.id))
        for question, entry in sorted((draft.sheet or {}).items())
        for place in _evidence(entry)
        if "turn" in place
    ]


def _evidence(entry: object) -> Sequence[dict[str, Any]]:
    found = entry.get("evidence") if isinstance(entry, dict) else None
    return [place for place in found if isinstance(place, dict)] if isinstance(found, list) else []


def turns_there(ctx: Context, conversation_id: int) -> list[dict[str, Any]]:
    """The turns that are kept now. Only for who may attach others."""
    require(ctx.actor, Permission.TRANSCRIPT_ATTACH)
    turns = select(Transcript.turns).where(Transcript.conversation_id == conversation_id)
    return ctx.session.execute(turns).scalar_one_or_none() or []
