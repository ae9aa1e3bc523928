"""The arithmetic of handbook 2 §3: exact to the end, one rounding, half up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scorecards.definition import DeductQuestion, Scorecard
from scorecards.numbers import rounded, rounded_fraction
from scorecards.plan import Plan, QuestionPlan, SectionPlan, plan_of, taken_off
from scorecards.result import FatalHit, QuestionResult, Result, SectionResult, State
from scorecards.sheet import Filled, read_sheet

ZERO = Decimal("0.00")


def score(scorecard: Scorecard, sheet: Mapping[str, Any]) -> Result:
    """Score a filled sheet; an incomplete or faulty one too, as a preview.

    `sheet` maps question ids to `{"answer", "na", "comment", "reasons", "evidence"}`
    (handbook 2 §2). Never raises for what a sheet holds: see `Result.problems`.
    """
    plan = plan_of(scorecard)
    filled = read_sheet(plan, sheet)
    tallies = [_tally(section, plan, filled) for section in plan.sections]
    return _result(plan, filled, tallies)


@dataclass(slots=True)
class _Tally:
    """The sums of one section: `points` of what counted, `gained` = sum of points x attainment."""

    section: SectionPlan
    points: int = 0
    gained: int = 0
    attainments: dict[str, int] = field(default_factory=dict)
    taken_off: dict[str, Fraction] = field(default_factory=dict)
    bonus: Fraction = Fraction(0)
    fatals: list[FatalHit] = field(default_factory=list)

    @property
    def is_void(self) -> bool:
        return any(fatal.scope == "section" for fatal in self.fatals)


def _tally(section: SectionPlan, plan: Plan, filled: Filled) -> _Tally:
    tally = _Tally(section)
    for question in section.questions:
        name = question.question.id
        if name in filled.not_applicable:
            if plan.na_counts and question.kind == "scored":
                _count(tally, question, plan.one)
        elif (answer := filled.answers.get(name)) is not None:
            if question.kind == "scored":
                _count(tally, question, question.attainment(answer))
            elif isinstance(question.question, DeductQuestion) and isinstance(answer, int):
                tally.taken_off[name] = taken_off(question.question, answer)
            elif question.kind == "bonus" and isinstance(answer, Decimal):
                tally.bonus += Fraction(answer)
            if question.is_fatal and question.fatal and question.is_fatal(answer):
                tally.fatals.append(FatalHit(name, question.fatal.scope, question.fatal.class_))
    return tally


def _count(tally: _Tally, question: QuestionPlan, attainment: int) -> None:
    tally.points += question.points
    tally.gained += question.points * attainment
    tally.attainments[question.question.id] = attainment


def _form_attainment(plan: Plan, tallies: list[_Tally], *, fatals: bool) -> Fraction | None:
    """Return step 4's attainment, with or without section fatals; None where nothing counted."""
    if not plan.has_scored:
        return Fraction(1)
    counted = [tally for tally in tallies if tally.points]
    if not counted:
        return None
    kept = [tally for tally in counted if not (fatals and tally.is_void)]
    if plan.weighted:
        whole = sum(tally.section.weight for tally in counted)
        parts = (Fraction(tally.section.weight * tally.gained, tally.points) for tally in kept)
        return sum(parts, Fraction(0)) / (whole * plan.one)
    points = sum(tally.points for tally in counted)
    return Fraction(sum(tally.gained for tally in kept), points * plan.one)


def _result(plan: Plan, filled: Filled, tallies: list[_Tally]) -> Result:
    deductions = sum((sum(t.taken_off.values(), Fraction(0)) for t in tallies), Fraction(0))
    bonus = sum((tally.bonus for tally in tallies), Fraction(0))
    fatals = tuple(fatal for tally in tallies for fatal in tally.fatals)
    attainment = _form_attainment(plan, tallies, fatals=True)
    unspoiled = _form_attainment(plan, tallies, fatals=False) if fatals else attainment
    effects = bonus - deductions
    final = _held(plan, attainment, effects)
    if any(fatal.scope == "form" for fatal in fatals):
        final = ZERO
    missing = _missing(plan, filled, tallies)
    return Result(
        complete=not missing and not filled.problems,
        missing=missing,
        problems=tuple(filled.problems),
        score=final,
        score_without_fatals=_held(plan, unspoiled, effects),
        attainment=None if attainment is None else Decimal(rounded_fraction(attainment, 4)),
        deductions=Decimal(rounded_fraction(deductions, 2)),
        bonus=Decimal(rounded_fraction(bonus, 2)),
        band=_band(plan, final),
        fatals=fatals,
        sections={tally.section.id: _section_result(plan, tally) for tally in tallies},
        questions=_question_results(plan, filled, tallies),
    )


def _held(plan: Plan, attainment: Fraction | None, effects: Fraction) -> Decimal | None:
    """Return the score: raw, held between 0 and the cap, rounded."""
    if attainment is None:
        return None
    raw = plan.full_marks * attainment + effects
    return Decimal(rounded_fraction(min(max(raw, Fraction(0)), plan.cap), 2))


def _band(plan: Plan, final: Decimal | None) -> str | None:
    if final is None:
        return None
    return next((name for name, start in plan.bands if start <= final), None)


def _missing(plan: Plan, filled: Filled, tallies: list[_Tally]) -> tuple[str, ...]:
    """Name visible questions that lack an answer, or evidence for a lost point."""
    return tuple(
        question.question.id
        for tally in tallies
        for question in tally.section.questions
        if _is_missing(plan, filled, tally, question)
    )


def _is_missing(plan: Plan, filled: Filled, tally: _Tally, question: QuestionPlan) -> bool:
    name = question.question.id
    if question.kind == "text" or name in filled.hidden or name in filled.not_applicable:
        return False
    if name not in filled.answers:
        return True
    if question.question.evidence == "never" or name in filled.with_evidence:
        return False
    return tally.attainments.get(name, plan.one) < plan.one or bool(tally.taken_off.get(name))


def _section_result(plan: Plan, tally: _Tally) -> SectionResult:
    if not tally.points:
        return SectionResult(None)
    gained = 0 if tally.is_void else tally.gained
    return SectionResult(Decimal(rounded(gained, tally.points * plan.one, 4)))


def _question_results(
    plan: Plan, filled: Filled, tallies: list[_Tally]
) -> dict[str, QuestionResult]:
    counted = [tally for tally in tallies if tally.points]
    weight = sum(tally.section.weight for tally in counted)
    points = sum(tally.points for tally in counted)
    results = {}
    for tally in tallies:
        # What one missed scaled point costs: full marks x share of the section x share in it.
        own, whole = tally.section.weight, weight * tally.points
        if not plan.weighted:
            own, whole = 1, points
        price = plan.full_marks.numerator * own, plan.full_marks.denominator * whole * plan.one
        for question in tally.section.questions:
            name = question.question.id
            results[name] = _question_result(plan, filled, tally, question, price)
    return results


def _question_result(
    plan: Plan, filled: Filled, tally: _Tally, question: QuestionPlan, price: tuple[int, int]
) -> QuestionResult:
    name = question.question.id
    state = _state(filled, question)
    attained = tally.attainments.get(name)
    if attained is not None:
        numerator, denominator = price
        lost = rounded(numerator * question.points * (plan.one - attained), denominator, 2)
        return QuestionResult(state, Decimal(rounded(attained, plan.one, 4)), Decimal(lost))
    taken = tally.taken_off.get(name)
    return QuestionResult(state, None, Decimal(rounded_fraction(taken, 2)) if taken else ZERO)


def _state(filled: Filled, question: QuestionPlan) -> State:
    name = question.question.id
    if name in filled.hidden:
        return "hidden"
    if question.kind == "text":
        return "unscored"
    if name in filled.not_applicable:
        return "na"
    if name not in filled.answers:
        return "unanswered"
    return "counted" if question.kind == "scored" else "effect"
