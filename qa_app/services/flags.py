"""Writes of flags: raised by a specialist or by a fatal error, decided once by a team lead."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from qa_app.domain.errors import Conflict, InvalidInput, NotFound, Problem
from qa_app.domain.flag import FLAG_LIFE, FlagAction, FlagKind, FlagState
from qa_app.domain.flag_reasons import FATAL, REASONS, flag_is_due_on
from qa_app.models import Conversation, Evaluation, Flag
from qa_app.queries.flags import flag_relation
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import visible_evaluations
from qa_app.services.audit import record

NOTE_LIMIT = 4000


def raise_flag(ctx: Context, evaluation_id: int, *, reason: str, note: str = "") -> int:
    """Ask the agent's team lead to look; the flag's id.

    Raises NotFound, InvalidInput, Conflict `already_flagged` while one by hand is open.
    """
    require(ctx.actor, Permission.FLAG_RAISE)
    note = note.strip()
    problems = []
    if reason not in REASONS:
        problems.append(Problem("reason", "unknown_reason", "Choose a reason from the list."))
    if reason == "other" and not note:
        problems.append(Problem("note", "missing", "Say what the lead should look at."))
    if len(note) > NOTE_LIMIT:
        problems.append(Problem("note", "too_long", "The note is too long."))
    if problems:
        raise InvalidInput(problems, "The flag has problems.")
    visible = ctx.session.execute(
        select(Evaluation.id)
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .where(Evaluation.id == evaluation_id, visible_evaluations(ctx.actor))
    ).scalar_one_or_none()
    if visible is None:
        raise NotFound("evaluation", evaluation_id)
    try:
        with ctx.session.begin_nested():
            return _insert(ctx, evaluation_id, FlagKind.MANUAL, reason, note)
    except IntegrityError as error:
        message = "This evaluation is flagged already; its lead has not decided yet."
        raise Conflict("already_flagged", message) from error


def raise_fatal_flag(ctx: Context, evaluation_id: int) -> int:
    """Flag an evaluation with a fatal error by itself, as part of its submission."""
    return _insert(ctx, evaluation_id, FlagKind.FATAL, FATAL, "")


def _insert(ctx: Context, evaluation_id: int, kind: FlagKind, reason: str, note: str) -> int:
    about = ctx.session.execute(
        select(Evaluation.conversation_id, Evaluation.agent_id).where(
            Evaluation.id == evaluation_id
        )
    ).one()
    made = ctx.session.execute(
        insert(Flag).values(
            evaluation_id=evaluation_id,
            conversation_id=about.conversation_id,
            agent_id=about.agent_id,
            kind=kind,
            state=FlagState.OPEN,
            reason=reason,
            note=note,
            raised_by=ctx.actor.account_id,
            raised_at=ctx.clock.now(),
            due_on=flag_is_due_on(ctx.today),
        )
    )
    flag_id = int(made.inserted_primary_key[0])  # type: ignore[attr-defined]
    record(ctx, "flag.raised", "flag", flag_id, evaluation=evaluation_id, kind=kind, reason=reason)
    return flag_id


def decide_flag(ctx: Context, flag_id: int, *, decision: str, reason: str) -> None:
    """Confirm, dismiss, or answer a flag with coaching, with a reason.

    Raises NotFound, NotAllowed, InvalidInput, WrongState when somebody has decided before.
    """
    relation = flag_relation(ctx, flag_id)
    require(ctx.actor, Permission.FLAG_DECIDE, relation)
    reason = reason.strip()
    problems = []
    if decision not in [action.value for action in FlagAction]:
        problems.append(Problem("decision", "unknown_decision", "Choose what to do."))
    if not reason:
        problems.append(Problem("reason", "missing", "Give a reason."))
    if len(reason) > NOTE_LIMIT:
        problems.append(Problem("reason", "too_long", "The reason is too long."))
    if problems:
        raise InvalidInput(problems, "The decision has problems.")
    action = FlagAction(decision)
    decided = ctx.session.execute(
        update(Flag)
        .where(Flag.id == flag_id, Flag.state == FlagState.OPEN)
        .values(
            state=FLAG_LIFE.move(FlagState.OPEN, action),
            decided_by=ctx.actor.account_id,
            decided_at=ctx.clock.now(),
            decision_reason=reason,
        )
    )
    if not decided.rowcount:  # type: ignore[attr-defined]
        state = ctx.session.execute(select(Flag.state).where(Flag.id == flag_id)).scalar_one()
        FLAG_LIFE.move(state, action)
    record(ctx, "flag.decided", "flag", flag_id, decision=action, reason=reason)
