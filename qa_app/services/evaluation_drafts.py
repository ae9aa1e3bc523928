"""The draft of an evaluation: started once, changed by one window at a time.

Drafts are not audited one by one: what they come to is in the submitted revision, which is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import bindparam, insert, select, update

import scorecards
from qa_app.db.types import AnyRow
from qa_app.db.unit_of_work import plain
from qa_app.domain.assignment import (
    ASSIGNMENT_LIFE,
    OPEN_STATES,
    AssignmentAction,
    AssignmentState,
)
from qa_app.domain.errors import Conflict, InvalidInput, NotFound, Problem
from qa_app.domain.evaluation import EvaluationState
from qa_app.domain.sheet import Sheet, clean_text, merge, names_turns
from qa_app.models import Assignment, Conversation, Evaluation, ScorecardVersion
from qa_app.queries.grading import form_of, require_grader
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record

SUMMARY_LIMIT = 8000
LONGEST_STEP_S = 3600
LONGEST_PAUSE_S = 86_400
GradingRow = AnyRow


@dataclass(frozen=True, slots=True)
class Draft:
    """What a page sends: the entries that changed since the version that it knew.

    `step` counts what one tab sends; with it, a tab's own repeated or overtaken requests are
    recognised and never taken for somebody else's.
    """

    base_version: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    summary: str | None = None
    tab: str = ""
    step: int | None = None
    seconds: int = 0
    paused: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it is kept now; `problems` are the changes that could not be kept."""

    evaluation_id: int
    version: int
    sheet: Sheet
    summary: str
    saved_at: datetime
    form_version_id: int
    problems: tuple[Problem, ...] = ()


GRADING = (
    select(
        Assignment.id.label("assignment_id"),
        Assignment.state.label("assignment_state"),
        Assignment.kind,
        Assignment.period,
        Assignment.channel,
        Assignment.due_on,
        Assignment.grader_id,
        Assignment.scorecard_version_id,
        ScorecardVersion.digest.label("form_digest"),
        Assignment.conversation_id,
        Conversation.agent_id,
        Conversation.turn_count,
        Evaluation.id.label("evaluation_id"),
        Evaluation.state,
        Evaluation.sheet,
        Evaluation.summary,
        Evaluation.draft_version,
        Evaluation.draft_tab,
        Evaluation.updated_at,
        Evaluation.seconds_spent,
        Evaluation.seconds_paused,
        Evaluation.score,
        Evaluation.has_fatal,
        Evaluation.band,
    )
    .join(Conversation, Conversation.id == Assignment.conversation_id)
    .join(ScorecardVersion, ScorecardVersion.id == Assignment.scorecard_version_id)
    .outerjoin(Evaluation, Evaluation.assignment_id == Assignment.id)
)
OF_ASSIGNMENT = GRADING.where(Assignment.id == bindparam("wanted"))
OF_EVALUATION = GRADING.where(Evaluation.id == bindparam("wanted"))


def grading_of(
    ctx: Context, *, assignment_id: int | None = None, evaluation_id: int | None = None
) -> GradingRow:
    """The assignment with its evaluation, for whom it was given to.

    Raises NotFound; NotAllowed for everybody else, and for the one graded.
    """
    by_assignment = assignment_id is not None
    kind, wanted = ("assignment", assignment_id) if by_assignment else ("evaluation", evaluation_id)
    statement = OF_ASSIGNMENT if by_assignment else OF_EVALUATION
    row = plain(ctx.session).execute(statement, {"wanted": wanted}).one_or_none()
    if row is None:
        require(ctx.actor, Permission.EVALUATION_GRADE)
        raise NotFound(kind, wanted)
    require_grader(ctx, row, kind, wanted)
    return row


def start_evaluation(ctx: Context, assignment_id: int) -> int:
    """The id of the assignment's evaluation, an empty draft if there was none yet.

    Raises NotFound, NotAllowed, WrongState (replaced, cancelled).
    """
    return int(started(ctx, assignment_id).evaluation_id)


def started(ctx: Context, assignment_id: int) -> GradingRow:
    """As `start_evaluation`; the whole row."""
    row = grading_of(ctx, assignment_id=assignment_id)
    if row.evaluation_id is not None:
        return row
    # Its own row is the lock: a second tab waits here, then finds the draft of the first.
    taken = plain(ctx.session).execute(
        TAKE,
        {
            "taken_id": row.assignment_id,
            "taken_by": row.grader_id,
            "state": ASSIGNMENT_LIFE.move(row.assignment_state, AssignmentAction.START),
        },
    )
    made = _insert_draft(ctx, row) if taken.rowcount else None
    return made or grading_of(ctx, assignment_id=assignment_id)


TAKE = update(Assignment).where(
    Assignment.id == bindparam("taken_id"),
    Assignment.grader_id == bindparam("taken_by"),
    Assignment.state.in_(sorted(OPEN_STATES)),
)
NEW_DRAFT = {
    name: bindparam(f"new_{name}", type_=getattr(Evaluation, name).type)
    for name in (
        "assignment_id",
        "conversation_id",
        "agent_id",
        "channel",
        "period",
        "kind",
        "state",
        "grader_id",
        "scorecard_version_id",
        "sheet",
        "created_at",
        "updated_at",
    )
}
INSERT_DRAFT = (
    insert(Evaluation)
    .from_select(
        [*NEW_DRAFT],
        select(*NEW_DRAFT.values()).where(
            ~select(Evaluation.id)
            .where(Evaluation.assignment_id == NEW_DRAFT["assignment_id"])
            .exists()
        ),
    )
    .returning(Evaluation.id)
)


def _insert_draft(ctx: Context, row: GradingRow) -> GradingRow | None:
    """The row with its new and empty draft; None where another tab has just made it."""
    now = ctx.clock.now()
    known = row._asdict()
    values = {name: known.get(name) for name in NEW_DRAFT}
    values |= {"state": EvaluationState.DRAFT, "sheet": {}, "created_at": now, "updated_at": now}
    asked = {f"new_{name}": value for name, value in values.items()}
    evaluation_id = plain(ctx.session).execute(INSERT_DRAFT, asked).scalar_one_or_none()
    if evaluation_id is None:
        return None
    record(ctx, "evaluation.started", "evaluation", evaluation_id, assignment=row.assignment_id)
    state = ASSIGNMENT_LIFE.move(row.assignment_state, AssignmentAction.START)
    blank = {
        **dict.fromkeys(("draft_version", "seconds_spent", "seconds_paused"), 0),
        "evaluation_id": evaluation_id,
        "assignment_state": state,
        "state": EvaluationState.DRAFT,
        "sheet": {},
        "summary": "",
        "has_fatal": False,
        "updated_at": now,
    }
    return cast("GradingRow", SimpleNamespace(**{**known, **blank}))


def save_draft(
    ctx: Context,
    evaluation_id: int,
    *,
    base_version: int,
    sheet_changes: Mapping[str, Any],
    summary: str | None = None,
    tab: str = "",
) -> int:
    """Merge changed entries into a draft and return its new version.

    Raises NotFound, NotAllowed; Conflict as `keep_draft`; InvalidInput for entries of a wrong
    shape, after which nothing is kept.
    """
    row = grading_of(ctx, evaluation_id=evaluation_id)
    saved = keep_draft(ctx, row, Draft(base_version, sheet_changes, summary, tab))
    if saved.problems:
        raise InvalidInput(saved.problems, "The answers have problems.")
    return saved.version


def keep_draft(ctx: Context, row: GradingRow, draft: Draft) -> Saved:
    """Merge a page's changes into the draft of `row`; entries that cannot be kept are reported.

    Raises Conflict `draft_changed` where somebody else saved since `base_version` (`current` is
    the draft as it is now), `already_submitted` where it is a draft no longer.
    """
    if row.state != EvaluationState.DRAFT or row.assignment_state not in OPEN_STATES:
        raise no_draft_any_more(row)
    if _arrived_before(row, draft):
        return _saved(row, row.draft_version, row.sheet, row.summary, row.updated_at)
    refuse_stale(row, draft)
    sheet, summary, problems = applied(ctx, row, draft)
    now = ctx.clock.now()
    values = {
        "sheet": sheet,
        "summary": summary,
        "draft_version": row.draft_version + 1,
        "draft_tab": tab_mark(draft),
        "seconds_spent": row.seconds_spent + seconds_of(draft),
        "seconds_paused": row.seconds_paused + paused_of(draft),
        "updated_at": now,
    }
    if not change_draft(ctx, row, values):
        raise changed_elsewhere(grading_of(ctx, evaluation_id=row.evaluation_id))
    return _saved(row, row.draft_version + 1, sheet, summary, now, problems)


CHANGE_DRAFT = update(Evaluation).where(
    Evaluation.id == bindparam("changed_id"),
    Evaluation.state == EvaluationState.DRAFT.value,
    Evaluation.draft_version == bindparam("changed_from"),
)


def change_draft(ctx: Context, row: GradingRow, values: dict[str, Any]) -> bool:
    """Write values to the draft of `row`; False where somebody has changed it since."""
    of = {"changed_id": row.evaluation_id, "changed_from": row.draft_version}
    return bool(plain(ctx.session).execute(CHANGE_DRAFT, {**of, **values}).rowcount)


def refuse_stale(row: GradingRow, draft: Draft) -> None:
    """Raise Conflict where another window saved since the version that the page knew."""
    if draft.base_version != row.draft_version and not same_tab(row, draft):
        raise changed_elsewhere(row)


def applied(ctx: Context, row: GradingRow, draft: Draft) -> tuple[Sheet, str, list[Problem]]:
    """Sheet and summary with the changes in place, and the changes that could not be kept."""
    known = question_ids(form_of(ctx, row))
    sheet, problems = merge(row.sheet, draft.changes, known, _turn_count(ctx, row, draft))
    summary = row.summary if draft.summary is None else clean_text(draft.summary)
    if len(summary) > SUMMARY_LIMIT:
        message = f"Use at most {SUMMARY_LIMIT} characters."
        problems.append(Problem("summary", "too_long", message))
        summary = row.summary
    return sheet, summary, problems


HOLD_TURNS = (
    select(Conversation.turn_count)
    .where(Conversation.id == bindparam("held_id"))
    .with_for_update(read=True, key_share=True)
)


def _turn_count(ctx: Context, row: GradingRow, draft: Draft) -> int:
    """How many turns there are. Where some are named, no other transcript comes until the commit:
    whoever attaches one then finds them named."""
    if not any(map(names_turns, draft.changes.values())):
        return int(row.turn_count)
    held = plain(ctx.session).execute(HOLD_TURNS, {"held_id": row.conversation_id})
    return int(held.scalar_one())


def question_ids(form: scorecards.Scorecard) -> list[str]:
    """Ids of all questions of a form, in their order."""
    return [question.id for section in form.sections for question in section.questions]


def same_tab(row: GradingRow, draft: Draft) -> bool:
    """Whether the draft was last saved by the very page that sends again."""
    return draft.step is not None and bool(draft.tab) and _mark(row)[0] == draft.tab


def tab_mark(draft: Draft) -> str:
    """What is kept to recognise a tab's next request."""
    return draft.tab[:24] if draft.step is None else f"{draft.tab[:24]}:{draft.step}"


def seconds_of(draft: Draft) -> int:
    """Seconds spent since the last save, within reason."""
    return max(0, min(LONGEST_STEP_S, draft.seconds))


def paused_of(draft: Draft) -> int:
    """Seconds that the desk stood still since the last save, within reason."""
    return max(0, min(LONGEST_PAUSE_S, draft.paused))


def already_submitted() -> Conflict:
    return Conflict("already_submitted", "This evaluation is submitted already.")


def no_draft_any_more(row: GradingRow) -> Conflict:
    """Why nothing is kept: submitted, given back, or its conversation replaced."""
    if row.assignment_state == AssignmentState.CANCELLED:
        return Conflict("taken_back", "This conversation was given back. Nothing more is saved.")
    if row.state == EvaluationState.REPLACED:
        return Conflict("taken_back", "This conversation was replaced. Nothing more is saved.")
    return already_submitted()


def _arrived_before(row: GradingRow, draft: Draft) -> bool:
    return same_tab(row, draft) and draft.step is not None and draft.step <= _mark(row)[1]


def _mark(row: GradingRow) -> tuple[str, int]:
    tab, _, step = (row.draft_tab or "").partition(":")
    return tab, int(step) if step.isdecimal() else -1


def changed_elsewhere(row: GradingRow) -> Conflict:
    if row.state != EvaluationState.DRAFT:
        return no_draft_any_more(row)
    current = _saved(row, row.draft_version, row.sheet, row.summary, row.updated_at)
    return Conflict(
        "draft_changed",
        "This evaluation was changed in another window. Choose what to keep.",
        current=current,
    )


def _saved(
    row: GradingRow,
    version: int,
    sheet: Sheet,
    summary: str,
    saved_at: datetime,
    problems: list[Problem] | None = None,
) -> Saved:
    return Saved(
        row.evaluation_id,
        version,
        sheet,
        summary,
        saved_at,
        row.scorecard_version_id,
        tuple(problems or ()),
    )
