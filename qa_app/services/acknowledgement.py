"""What an agent does with an own evaluation: sees it, and acknowledges it."""

from __future__ import annotations

from sqlalchemy import select, update

from qa_app.db.types import AnyRow
from qa_app.domain.errors import Conflict, InvalidInput, NotFound, Problem
from qa_app.domain.evaluation import (
    EVALUATION_LIFE,
    VISIBLE_TO_AGENT,
    EvaluationAction,
    EvaluationState,
)
from qa_app.models import Conversation, Evaluation
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, require
from qa_app.security.scope import visible_evaluations
from qa_app.services.audit import record

COMMENT_LIMIT = 4000


def mark_seen(ctx: Context, evaluation_id: int) -> None:
    """Note when the agent first opened an own evaluation; later looks change nothing.

    Raises NotFound, NotAllowed for everybody else.
    """
    _own(ctx, evaluation_id)
    seen = ctx.session.execute(
        update(Evaluation)
        .where(Evaluation.id == evaluation_id, Evaluation.seen_at.is_(None))
        .values(seen_at=ctx.clock.now())
    )
    if seen.rowcount:  # type: ignore[attr-defined]
        record(ctx, "evaluation.seen", "evaluation", evaluation_id)


def acknowledge_evaluation(
    ctx: Context, evaluation_id: int, comment: str = "", *, revision: int | None = None
) -> None:
    """Acknowledge an own evaluation, with a comment or without; the same again changes nothing.

    `revision` is the one that the agent has read. Raises NotFound, NotAllowed, InvalidInput;
    Conflict `revised` where another one is in force by now; WrongState where it is acknowledged
    with other words.
    """
    row = _own(ctx, evaluation_id)
    comment = comment.strip()
    if len(comment) > COMMENT_LIMIT:
        problem = Problem("comment", "too_long", "The comment is too long.")
        raise InvalidInput([problem], "The comment has problems.")
    if revision is not None and revision != row.revision:
        raise Conflict("revised", "This evaluation was revised since you read it. Read it again.")
    if row.state is EvaluationState.ACKNOWLEDGED and (row.acknowledge_comment or "") == comment:
        return
    after = EVALUATION_LIFE.move(row.state, EvaluationAction.ACKNOWLEDGE)
    now = ctx.clock.now()
    taken = ctx.session.execute(
        update(Evaluation)
        .where(
            Evaluation.id == evaluation_id,
            Evaluation.state == row.state,
            Evaluation.revision == row.revision,
        )
        .values(
            state=after,
            acknowledged_at=now,
            acknowledge_comment=comment or None,
            seen_at=row.seen_at or now,
        )
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        acknowledge_evaluation(ctx, evaluation_id, comment, revision=revision)
        return
    record(ctx, "evaluation.acknowledged", "evaluation", evaluation_id, revision=row.revision)


def _own(ctx: Context, evaluation_id: int) -> AnyRow:
    require(ctx.actor, Permission.EVALUATION_ACKNOWLEDGE)
    row = ctx.session.execute(
        select(
            Evaluation.state,
            Evaluation.revision,
            Evaluation.agent_id,
            Evaluation.seen_at,
            Evaluation.acknowledge_comment,
        )
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .where(
            Evaluation.id == evaluation_id,
            Evaluation.state.in_(sorted(VISIBLE_TO_AGENT)),
            visible_evaluations(ctx.actor),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("evaluation", evaluation_id)
    require(ctx.actor, Permission.EVALUATION_ACKNOWLEDGE, Relation(row.agent_id))
    return row
