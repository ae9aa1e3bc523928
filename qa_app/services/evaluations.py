"""The deeds of a grader: start an evaluation, keep its draft, submit it once and for good.

Source: handbook 3 §1 and §3, handbook 2 §3.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, update

import scorecards
from qa_app.db.unit_of_work import plain
from qa_app.domain.assignment import ASSIGNMENT_LIFE, OPEN_STATES, AssignmentAction
from qa_app.domain.errors import InvalidInput, Problem
from qa_app.domain.evaluation import EVALUATION_LIFE, EvaluationAction, EvaluationState
from qa_app.domain.sheet import Sheet
from qa_app.models import Answer, Assignment, EvaluationRevision
from qa_app.queries.grading import form_of, next_assignment
from qa_app.security.context import Context
from qa_app.services.audit import record
from qa_app.services.evaluation_drafts import (
    Draft,
    GradingRow,
    Saved,
    already_submitted,
    applied,
    change_draft,
    changed_elsewhere,
    grading_of,
    keep_draft,
    no_draft_any_more,
    paused_of,
    refuse_stale,
    same_tab,
    save_draft,
    seconds_of,
    start_evaluation,
    started,
    tab_mark,
)
from qa_app.services.flags import raise_fatal_flag
from qa_app.services.periods import ensure_period

__all__ = [
    "Draft",
    "Saved",
    "Submitted",
    "save_draft",
    "save_grading",
    "start_evaluation",
    "submit_evaluation",
    "submit_grading",
]

ZERO = Decimal("0.00")
# Built once: making a statement takes longer than running it.
INSERT_REVISION, INSERT_ANSWERS = insert(EvaluationRevision), insert(Answer)
CLOSE = update(Assignment).where(
    Assignment.id == bindparam("closed_id"), Assignment.state.in_(sorted(OPEN_STATES))
)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submission came to, and where to go on."""

    evaluation_id: int
    score: Decimal | None
    band: str | None
    has_fatal: bool
    next_assignment_id: int | None


def save_grading(ctx: Context, assignment_id: int, draft: Draft) -> Saved:
    """Keep what a page sends of an assignment, started if need be; see `keep_draft`."""
    return keep_draft(ctx, started(ctx, assignment_id), draft)


def submit_grading(ctx: Context, assignment_id: int, draft: Draft) -> Submitted:
    """Take a page's last changes in and submit, started if need be; see `submit`."""
    return submit(ctx, started(ctx, assignment_id), draft)


def submit_evaluation(ctx: Context, evaluation_id: int, *, base_version: int) -> int | None:
    """Submit a draft as it was saved; the actor's next assignment, or None.

    Raises as `submit`.
    """
    row = grading_of(ctx, evaluation_id=evaluation_id)
    return submit(ctx, row, Draft(base_version)).next_assignment_id


def submit(ctx: Context, row: GradingRow, draft: Draft) -> Submitted:
    """Take the last changes in and submit: revision 1, its answers, score, release, flag.

    The same again gives the same answer. Raises InvalidInput with each question that is missing
    or wrong, Conflict `draft_changed`, `already_submitted` (with other answers), Refused where the
    period is closed.
    """
    if row.state != EvaluationState.DRAFT:
        return _again(ctx, row, draft)
    if row.assignment_state not in OPEN_STATES:
        raise no_draft_any_more(row)
    refuse_stale(row, draft)
    sheet, summary, problems = applied(ctx, row, draft)
    result = scorecards.score(form_of(ctx, row), sheet).to_dict()
    refuse_incomplete(result, problems)
    ensure_period(ctx, row.period)
    if not _close_draft(ctx, row, draft, sheet, summary, result):
        now_there = grading_of(ctx, evaluation_id=row.evaluation_id)
        if now_there.state == EvaluationState.DRAFT:
            raise changed_elsewhere(now_there)
        return _again(ctx, now_there, draft)
    _write_revision(ctx, row, sheet, summary, result)
    _after_submission(ctx, row, result)
    return Submitted(
        row.evaluation_id,
        _points(result["score"]),
        result["band"],
        bool(result["fatals"]),
        next_assignment(ctx, after=(row.due_on, row.assignment_id)),
    )


def refuse_incomplete(result: dict[str, Any], problems: list[Problem]) -> None:
    """Raise InvalidInput with every question that stands in the way of submitting."""
    found = [*problems]
    found += [Problem(*said.values()) for said in result["problems"]]
    named = {problem.where for problem in found}
    for question_id in result["missing"]:
        if question_id in named:
            continue
        if result["questions"][question_id]["state"] == "unanswered":
            found.append(Problem(question_id, "unanswered", "Answer this question."))
        else:
            message = "Mark the place in the conversation where the point was lost."
            found.append(Problem(question_id, "evidence_missing", message))
    if found:
        raise InvalidInput(found, "The evaluation is not complete.")


def _close_draft(
    ctx: Context, row: GradingRow, draft: Draft, sheet: Sheet, summary: str, result: dict[str, Any]
) -> bool:
    now = ctx.clock.now()
    submitted = EVALUATION_LIFE.move(EvaluationState.DRAFT, EvaluationAction.SUBMIT)
    values = {
        "sheet": sheet,
        "summary": summary,
        "draft_tab": tab_mark(draft) if draft.tab else row.draft_tab,
        "seconds_spent": row.seconds_spent + seconds_of(draft),
        "seconds_paused": row.seconds_paused + paused_of(draft),
        "state": EVALUATION_LIFE.move(submitted, EvaluationAction.RELEASE),
        "revision": 1,
        "score": _points(result["score"]),
        "band": result["band"],
        "has_fatal": bool(result["fatals"]),
        "updated_at": now,
        "submitted_at": now,
        "released_at": now,
    }
    return change_draft(ctx, row, values)


def _write_revision(
    ctx: Context, row: GradingRow, sheet: Sheet, summary: str, result: dict[str, Any]
) -> None:
    values = {
        "evaluation_id": row.evaluation_id,
        "number": 1,
        "scorecard_version_id": row.scorecard_version_id,
        "sheet": sheet,
        "summary": summary,
        "result": result,
        "score": _points(result["score"]),
        "author_id": ctx.actor.account_id,
        "reason": "",
        "created_at": ctx.clock.now(),
    }
    connection = plain(ctx.session)
    made = connection.execute(INSERT_REVISION, values).inserted_primary_key
    assert made is not None
    rows = answer_rows(made[0], sheet, result)
    if rows:
        connection.execute(INSERT_ANSWERS, rows)


def answer_rows(revision_id: int, sheet: Sheet, result: dict[str, Any]) -> list[dict[str, Any]]:
    """One row for each question that was asked."""
    return [
        {
            "revision_id": revision_id,
            "question_id": question_id,
            "state": outcome["state"],
            "answer": sheet.get(question_id, {}).get("answer"),
            "lost": _points(outcome["lost"]) or ZERO,
            "reasons": sheet.get(question_id, {}).get("reasons"),
        }
        for question_id, outcome in result["questions"].items()
        if outcome["state"] != "hidden"
    ]


def _after_submission(ctx: Context, row: GradingRow, result: dict[str, Any]) -> None:
    state = ASSIGNMENT_LIFE.move(row.assignment_state, AssignmentAction.SUBMIT)
    closing = {"closed_id": row.assignment_id, "state": state}
    if not plain(ctx.session).execute(CLOSE, closing).rowcount:  # given back at this moment
        raise no_draft_any_more(grading_of(ctx, assignment_id=row.assignment_id))
    if result["fatals"]:
        raise_fatal_flag(ctx, row.evaluation_id)
    record(
        ctx,
        "evaluation.submitted",
        "evaluation",
        row.evaluation_id,
        assignment=row.assignment_id,
        revision=1,
        score=result["score"],
    )


def _again(ctx: Context, row: GradingRow, draft: Draft) -> Submitted:
    """The answer of the first submission, where this one says the same."""
    if row.state == EvaluationState.REPLACED:
        raise no_draft_any_more(row)
    if draft.base_version != row.draft_version and not same_tab(row, draft):
        raise already_submitted()
    sheet, summary, problems = applied(ctx, row, draft)
    if problems or sheet != row.sheet or summary != row.summary:
        raise already_submitted()
    behind = (row.due_on, row.assignment_id)
    return Submitted(
        row.evaluation_id, row.score, row.band, row.has_fatal, next_assignment(ctx, after=behind)
    )


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
