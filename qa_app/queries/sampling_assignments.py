"""What random assignments a period has already: whom they went to, and for which conversations."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_app.domain.assignment import AssignmentKind, AssignmentState
from qa_app.models import Account, Assignment, Conversation, Person

GONE = (AssignmentState.REPLACED, AssignmentState.CANCELLED)


def has_random_assignment(session: Session, period: str) -> set[int]:
    """Conversations that have a random assignment in the period: they never get a second."""
    statement = select(Assignment.conversation_id).where(
        Assignment.period == period,
        Assignment.kind == AssignmentKind.RANDOM,
        Assignment.state != AssignmentState.CANCELLED,
    )
    return set(session.scalars(statement))


def given_so_far(session: Session, period: str) -> dict[tuple[str, str], int]:
    """How many of an agent's evaluations each grader has in the period: (employee no, login)."""
    statement = (
        select(Person.employee_no, Account.login, func.count())
        .select_from(Assignment)
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .join(Person, Person.id == Conversation.agent_id)
        .join(Account, Account.id == Assignment.grader_id)
        .where(
            Assignment.period == period,
            Assignment.kind == AssignmentKind.RANDOM,
            Assignment.state.not_in(GONE),
        )
        .group_by(Person.employee_no, Account.login)
    )
    return {(agent, grader): count for agent, grader, count in session.execute(statement)}
