"""Reads a filled sheet against a form: what is visible, what was answered, what still misses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scorecards.answers import (
    AnswerError,
    SheetProblem,
    Value,
    evidence_is_valid,
    problem,
    read_answer,
)
from scorecards.plan import Plan, QuestionPlan


@dataclass(slots=True)
class Filled:
    """A sheet as far as it counts: hidden questions are in none of the collections but `hidden`."""

    answers: dict[str, Value] = field(default_factory=dict)
    not_applicable: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    with_evidence: set[str] = field(default_factory=set)
    problems: list[SheetProblem] = field(default_factory=list)


def read_sheet(plan: Plan, sheet: Any) -> Filled:
    """Read a sheet in the order of the form; what can't be read becomes a problem."""
    filled = Filled()
    if not isinstance(sheet, Mapping):
        filled.problems.append(problem("", "wrong_type", "a sheet is a mapping of answers"))
        sheet = {}
    for section in plan.sections:
        for question in section.questions:
            _read_question(question, sheet.get(question.question.id), filled)
    for name in sheet:
        if not isinstance(name, str) or name not in plan.known:
            message = "the form has no such question"
            filled.problems.append(problem(name, "unknown_question", message))
    return filled


def _read_question(plan: QuestionPlan, entry: Any, filled: Filled) -> None:
    name = plan.question.id
    if plan.visibility is not None and not plan.visibility.holds(filled.answers):
        filled.hidden.add(name)
        return
    if entry is None:
        return
    if not isinstance(entry, Mapping):
        message = "an entry is a mapping with an answer"
        filled.problems.append(problem(name, "wrong_type", message))
        return
    try:
        _read_entry(plan, entry, filled)
    except AnswerError as error:
        filled.problems.append(problem(name, error.code, error.message))
    _read_notes(plan, entry, filled)


def _read_entry(plan: QuestionPlan, entry: Mapping[str, Any], filled: Filled) -> None:
    na = entry.get("na")
    if na is not None and not isinstance(na, bool):
        raise AnswerError("wrong_type", "'na' must be true or false")
    if na:
        if not plan.question.allow_na or plan.kind == "text":
            raise AnswerError("na_not_allowed", "the question doesn't allow n/a")
        filled.not_applicable.add(plan.question.id)
    elif (answer := entry.get("answer")) is not None:
        filled.answers[plan.question.id] = read_answer(plan.question, answer)


def _read_notes(plan: QuestionPlan, entry: Mapping[str, Any], filled: Filled) -> None:
    name = plan.question.id
    comment, reasons = entry.get("comment"), entry.get("reasons")
    if comment is not None and not isinstance(comment, str):
        filled.problems.append(problem(name, "wrong_type", "a comment is text"))
    if reasons is not None:
        _read_reasons(plan, reasons, filled)
    evidence = entry.get("evidence")
    if evidence is not None and not evidence_is_valid(evidence):
        message = "evidence is a list of {from_ms, to_ms} or {turn}"
        filled.problems.append(problem(name, "bad_evidence", message))
    elif evidence:
        filled.with_evidence.add(name)


def _read_reasons(plan: QuestionPlan, reasons: Any, filled: Filled) -> None:
    name = plan.question.id
    if not isinstance(reasons, (list, tuple)) or not all(isinstance(r, str) for r in reasons):
        filled.problems.append(problem(name, "wrong_type", "reasons are a list of ids"))
    elif not plan.reasons.issuperset(reasons):
        message = "the question has no such reason"
        filled.problems.append(problem(name, "unknown_reason", message))
