"""Reads of what a grader opens next, so that the desk can fetch it ahead."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from qa_app.models import Assignment, Conversation, Evaluation
from qa_app.queries.grading import desk, next_assignment
from qa_app.security.context import Context

DRAFT = (
    select(Assignment.conversation_id, Conversation.recording_id, Evaluation.draft_version)
    .join(Conversation, Conversation.id == Assignment.conversation_id)
    .outerjoin(Evaluation, Evaluation.assignment_id == Assignment.id)
    .where(Assignment.id == bindparam("assignment_id"))
)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next assignment, the version of its draft (0: none yet), and whose sound it has."""

    assignment_id: int
    draft_version: int
    conversation_id: int
    has_sound: bool


def upcoming(ctx: Context, assignment_id: int) -> Upcoming | None:
    """What comes behind an assignment of the actor's. Raises NotFound, NotAllowed."""
    row = desk(ctx, assignment_id)
    return upcoming_as(ctx, next_assignment(ctx, after=(row.due_on, assignment_id)))


def upcoming_as(ctx: Context, assignment_id: int | None) -> Upcoming | None:
    """The same of an assignment that is known to be the next one."""
    if assignment_id is None:
        return None
    row = ctx.session.execute(DRAFT, {"assignment_id": assignment_id}).one()
    return Upcoming(
        assignment_id,
        row.draft_version or 0,
        row.conversation_id,
        row.recording_id is not None,
    )
