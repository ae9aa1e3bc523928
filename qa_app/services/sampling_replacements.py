"""Replacing a pick that cannot be graded: with a reason, by the next ticket of its frame.

Source: handbook 6. Where the frame holds no more, the pick is replaced all the same and its
stratum is one short: the record says `by: null`, and the next top-up is owed one more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from qa_app.db.types import AnyRow
from qa_app.domain.assignment import (
    ASSIGNMENT_LIFE,
    AssignmentAction,
    AssignmentKind,
    AssignmentState,
)
from qa_app.domain.errors import Conflict, InvalidInput, NotAllowed, Problem, Refused
from qa_app.domain.evaluation import EVALUATION_LIFE, EvaluationAction
from qa_app.domain.period import SEED_IS_SHOWN
from qa_app.domain.plan import load_plan
from qa_app.domain.rotation import ToAssign, rotate
from qa_app.domain.sampling import (
    REASON_WITH_TEXT,
    REPLACEMENT_REASONS,
    PickedKey,
    next_replacement,
    pick,
)
from qa_app.models import Assignment, Evaluation, Pick
from qa_app.queries.sampling_assignments import given_so_far
from qa_app.queries.sampling_names import graders_of
from qa_app.queries.sampling_replacements import (
    conversation_by_key,
    newest_stratum,
    picked_assignment,
)
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.periods import ensure_period
from qa_app.services.sampling_seeds import hold_seed

NOTE_MIN, NOTE_MAX = 4, 500
CONFLICT_OF_INTEREST = "conflict_of_interest"


@dataclass(frozen=True, slots=True)
class Replaced:
    """What took the place of a pick; `key` is None where the frame holds no more."""

    key: str | None
    assignment_id: int | None
    grader_id: int | None

    @property
    def is_short(self) -> bool:
        return self.key is None


def replace_pick(ctx: Context, assignment_id: int, *, reason: str, note: str = "") -> int | None:
    """The assignment that takes the place of one whose pick is taken out; see `take_out_pick`."""
    return take_out_pick(ctx, assignment_id, reason=reason, note=note).assignment_id


def take_out_pick(ctx: Context, assignment_id: int, *, reason: str, note: str = "") -> Replaced:
    """Take a pick out for a reason of the list; the next ticket of its frame takes its place.

    There is no new assignment where the frame holds no more, or where the conversation that joins
    is assigned already (another plan picked it too). The new one goes to the same grader; where
    that grader is the one in conflict, to another of the plan, if there is one.

    Raises NotFound, NotAllowed, InvalidInput (reason, note), Refused `not_drawn`,
    `period_is_published`, `period_closed`, WrongState (cancelled), Conflict
    `replaced_already`, `changed_meanwhile`.
    """
    require(ctx.actor, Permission.PICK_REPLACE)
    kept_note = _checked(reason, note)
    row = picked_assignment(ctx, assignment_id)
    if row.agent_id == ctx.actor.person_id:
        raise NotAllowed(Permission.PICK_REPLACE.value)
    if row.pick_id is None:
        raise Refused("not_drawn", "No draw gave this assignment: there is nothing to replace.")
    _check_open(ctx, row.period)
    hold_seed(ctx, row.seed_id)
    try:
        with ctx.session.begin_nested():
            _take_out(ctx, row)
            stratum = newest_stratum(ctx, row)
            _mark(ctx, row, stratum, reason, kept_note)
            joined = _join(ctx, stratum)
            given = None if joined is None else _assign(ctx, row, stratum, joined, reason)
    except IntegrityError:
        raise _changed() from None
    by = None if joined is None else joined[0].key
    details = {"draw": stratum.code, "key": row.key, "by": by, "reason": reason}
    if kept_note:
        details["note"] = kept_note
    record(ctx, "pick.replaced", "assignment", assignment_id, **details)
    return Replaced(by, *(given or (None, None)))


def _checked(reason: str, note: str) -> str:
    problems = []
    if reason not in REPLACEMENT_REASONS:
        problems.append(Problem("reason", "unknown_reason", "Choose a reason from the list."))
    kept = " ".join(note.split())
    too_short = reason == REASON_WITH_TEXT and len(kept) < NOTE_MIN
    if too_short or len(kept) > NOTE_MAX:
        message = "Say why in 4 to 500 characters."
        problems.append(Problem("note", "bad_note", message))
    if problems:
        raise InvalidInput(problems)
    return kept


def _check_open(ctx: Context, period: str) -> None:
    """Hold the period open until the replacement is committed."""
    if ensure_period(ctx, period) in SEED_IS_SHOWN:
        raise Refused(
            "period_is_published",
            "%(period)s is published: nothing is replaced in it any more.",
            period=period,
        )


def _take_out(ctx: Context, row: AnyRow) -> None:
    """Move evaluation and assignment from the very states that were seen, in the order in which
    a submission does: of the two at once, one finds the other's work."""
    if row.state is AssignmentState.REPLACED:
        raise _replaced_already()
    after = ASSIGNMENT_LIFE.move(row.state, AssignmentAction.REPLACE)
    moved = 1
    if row.evaluation_id is not None:
        state = EVALUATION_LIFE.move(row.evaluation_state, EvaluationAction.REPLACE)
        moved = _rows(
            ctx,
            update(Evaluation)
            .where(Evaluation.id == row.evaluation_id, Evaluation.state == row.evaluation_state)
            .values(state=state, updated_at=ctx.clock.now()),
        )
    moved = moved and _rows(
        ctx,
        update(Assignment)
        .where(Assignment.id == row.assignment_id, Assignment.state == row.state)
        .values(state=after),
    )
    if not moved:
        now_there = picked_assignment(ctx, row.assignment_id)
        raise _replaced_already() if now_there.replaced_at is not None else _changed()


def _mark(ctx: Context, row: AnyRow, stratum: AnyRow, reason: str, note: str) -> None:
    moved = _rows(
        ctx,
        update(Pick)
        .where(Pick.id == row.pick_id, Pick.replaced_at.is_(None))
        .values(
            replaced_at=_after(ctx.clock.now(), stratum.last_replaced_at),
            replaced_by=ctx.actor.account_id,
            replaced_reason=reason,
            replaced_note=note or None,
            replaced_in=stratum.id,
        ),
    )
    if not moved:
        raise _replaced_already()


def _after(now: datetime, before: datetime | None) -> datetime:
    """A record lists replacements in the order of their times: no two are at the same."""
    return now if before is None or now > before else before + timedelta(microseconds=1)


def _join(ctx: Context, stratum: AnyRow) -> tuple[PickedKey, int, int] | None:
    """The next lowest ticket of the frame joins its picks: with conversation and pick id."""
    seed = bytes.fromhex(stratum.seed)
    frame = stratum.frame.split("\n") if stratum.frame else []
    found = next_replacement(seed, frame, [one.key for one in pick(seed, frame, stratum.picks)])
    if found is None:
        return None
    conversation_id = conversation_by_key(ctx, found.key)
    made = ctx.session.execute(
        insert(Pick).values(
            stratum_id=stratum.id,
            conversation_id=conversation_id,
            ticket=found.ticket,
            place=stratum.picks + 1,
        )
    )
    return found, conversation_id, int(made.inserted_primary_key[0])  # type: ignore[attr-defined]


def _assign(
    ctx: Context, row: AnyRow, stratum: AnyRow, joined: tuple[PickedKey, int, int], reason: str
) -> tuple[int, int] | None:
    """Id and grader of the new assignment; None where the conversation has one already."""
    found, conversation_id, pick_id = joined
    given = select(Assignment.id).where(
        Assignment.conversation_id == conversation_id,
        Assignment.period == row.period,
        Assignment.kind == AssignmentKind.RANDOM,
        Assignment.state != AssignmentState.CANCELLED,
    )
    if ctx.session.scalar(given) is not None:
        return None
    grader_id = _grader(ctx, row, stratum, found.key, reason)
    made = ctx.session.execute(
        insert(Assignment).values(
            conversation_id=conversation_id,
            kind=AssignmentKind.RANDOM,
            state=AssignmentState.OPEN,
            pick_id=pick_id,
            scorecard_version_id=row.scorecard_version_id,
            grader_id=grader_id,
            period=row.period,
            channel=row.channel,
            due_on=max(row.due_on, ctx.today),
            created_at=ctx.clock.now(),
        )
    )
    return int(made.inserted_primary_key[0]), grader_id  # type: ignore[attr-defined]


def _grader(ctx: Context, row: AnyRow, stratum: AnyRow, key: str, reason: str) -> int:
    """The same grader, unless it is the grader who has the conflict."""
    if reason != CONFLICT_OF_INTEREST:
        return int(row.grader_id)
    others = [
        one
        for one in graders_of(ctx.session, load_plan(stratum.definition))
        if one.id != row.grader_id and one.employee_no != row.employee_no
    ]
    if not others:
        return int(row.grader_id)
    chosen = rotate(
        [one.login for one in others],
        [ToAssign(key, row.employee_no, frozenset())],
        already=given_so_far(ctx.session, row.period),
        salt=stratum.code,
    ).graders[key]
    return next(one.id for one in others if one.login == chosen)


def _rows(ctx: Context, statement: object) -> int:
    return int(ctx.session.execute(statement).rowcount)  # type: ignore[call-overload]


def _replaced_already() -> Conflict:
    return Conflict("replaced_already", "This conversation is replaced already.")


def _changed() -> Conflict:
    return Conflict(
        "changed_meanwhile",
        "This assignment was changed at the same moment. Nothing was replaced; look at it again.",
    )
