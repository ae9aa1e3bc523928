"""A team lead takes a conversation of the own team to grade it, or gives it back.

These gradings feed the agent's work performance, never the specialists' figure (handbook 1 §2, §4).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from qa_app.domain.assignment import (
    ASSIGNMENT_LIFE,
    OPEN_STATES,
    AssignmentAction,
    AssignmentKind,
    AssignmentState,
)
from qa_app.domain.calendar import period_of
from qa_app.domain.errors import InvalidInput, NotFound, Problem
from qa_app.models import Assignment
from qa_app.queries.conversations import get_conversation, relation_of
from qa_app.queries.lead_gradings import forms_to_grade_on, own_grading
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.evaluation_drafts import grading_of
from qa_app.services.periods import ensure_period

TIME_TO_GRADE = timedelta(days=7)


def take_conversation(ctx: Context, conversation_id: int, form_version_id: int | None) -> int:
    """The assignment under which the actor grades the conversation; the same one when asked again.

    `form_version_id`: one of `forms_to_grade_on`, None for the first of them. Raises NotFound,
    NotAllowed, InvalidInput for a form that is none of them, Refused where the period is closed.
    """
    row = get_conversation(ctx, conversation_id)
    require(ctx.actor, Permission.CONVERSATION_TAKE, relation_of(ctx, row))
    taken = own_grading(ctx, conversation_id)
    if taken is not None:
        return taken
    period = period_of(row.started_at, ctx.settings.zone, ctx.settings.lag_days)
    values = {
        "conversation_id": conversation_id,
        "kind": AssignmentKind.LEAD,
        "state": AssignmentState.OPEN,
        "scorecard_version_id": _form(ctx, row.channel, form_version_id),
        "grader_id": ctx.actor.account_id,
        "period": str(period),
        "channel": row.channel,
        "due_on": max(period.due_on, ctx.today + TIME_TO_GRADE),
        "created_at": ctx.clock.now(),
    }
    ensure_period(ctx, str(period))
    while taken is None:
        made = _insert(ctx, values)
        if made is not None:
            record(ctx, "conversation.taken", "conversation", conversation_id, assignment=made)
            return made
        taken = own_grading(ctx, conversation_id)  # None again where that one is given back by now
    return taken


def _insert(ctx: Context, values: dict[str, Any]) -> int | None:
    """The new assignment; None where a second press was quicker."""
    try:
        with ctx.session.begin_nested():
            statement = insert(Assignment).values(values).returning(Assignment.id)
            return int(ctx.session.execute(statement).scalar_one())
    except IntegrityError:
        return None


def _form(ctx: Context, channel: str, wanted: int | None) -> int:
    choices = [choice.version_id for choice in forms_to_grade_on(ctx, channel)]
    if wanted in choices:
        return int(wanted)
    if wanted is None and choices:
        return choices[0]
    message = "Choose a form that is in force for this channel."
    raise InvalidInput([Problem("form", "unknown_form", message)], message)


def give_back(ctx: Context, assignment_id: int) -> None:
    """Cancel a grading that was taken and not submitted; its draft stays on record.

    Raises NotFound, also for what somebody else took or a draw gave; WrongState once submitted.
    """
    require(ctx.actor, Permission.CONVERSATION_TAKE)
    row = grading_of(ctx, assignment_id=assignment_id)
    if row.kind is not AssignmentKind.LEAD:
        raise NotFound("assignment", assignment_id)
    after = ASSIGNMENT_LIFE.move(row.assignment_state, AssignmentAction.CANCEL)
    done = ctx.session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id, Assignment.state.in_(sorted(OPEN_STATES)))
        .values(state=after)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        now = grading_of(ctx, assignment_id=assignment_id)
        ASSIGNMENT_LIFE.move(now.assignment_state, AssignmentAction.CANCEL)
    record(
        ctx,
        "conversation.given_back",
        "conversation",
        row.conversation_id,
        assignment=assignment_id,
    )
