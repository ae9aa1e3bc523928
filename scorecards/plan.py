"""A scorecard prepared for scoring: points and attainments as integers over one denominator."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Literal

from scorecards.answers import Value
from scorecards.definition import (
    AnyQuestion,
    ChecklistQuestion,
    ChoiceQuestion,
    DeductQuestion,
    Fatal,
    FatalAnswers,
    FatalCount,
    FatalNumber,
    NumberQuestion,
    RatingQuestion,
    Scorecard,
    ScoredQuestion,
    Section,
    ShowIf,
    YesNoQuestion,
)

Kind = Literal["scored", "deduct", "bonus", "text"]
Attainment = Callable[[Value], int]
IsFatal = Callable[[Value], bool]


@dataclass(frozen=True, slots=True)
class Visibility:
    """A show_if whose answers are sets."""

    needs_all: bool
    conditions: tuple[tuple[str, frozenset[Value]], ...]

    def holds(self, answers: Mapping[str, Value]) -> bool:
        """Say whether the answers so far (visible, given, not n/a) show the question."""
        met = (_is_met(answers.get(name), wanted) for name, wanted in self.conditions)
        return all(met) if self.needs_all else any(met)


def _is_met(answer: Value | None, wanted: frozenset[Value]) -> bool:
    if isinstance(answer, frozenset):
        return not answer.isdisjoint(wanted)
    return answer in wanted


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """One question, ready: `points` and what `attainment` returns are scaled integers."""

    question: AnyQuestion
    kind: Kind
    points: int
    attainment: Attainment
    is_fatal: IsFatal | None
    fatal: Fatal | None
    visibility: Visibility | None
    reasons: frozenset[str]


@dataclass(frozen=True, slots=True)
class SectionPlan:
    id: str
    weight: int
    questions: tuple[QuestionPlan, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A form, ready: an attainment of 1 is the integer `one`."""

    sections: tuple[SectionPlan, ...]
    known: frozenset[str]
    one: int
    weighted: bool
    has_scored: bool
    full_marks: Fraction
    cap: Fraction
    na_counts: bool
    bands: tuple[tuple[str, Decimal], ...]


@lru_cache(maxsize=512)
def plan_of(card: Scorecard) -> Plan:
    """Return the plan of a scorecard, made once."""
    one = lcm(*(_denominator(question) for question in card.questions))
    scored = [question for question in card.questions if isinstance(question, ScoredQuestion)]
    unit = lcm(*(Fraction(question.points).denominator for question in scored))
    weights = [Fraction(section.weight) for section in card.sections if section.weight]
    weight_unit = lcm(*(weight.denominator for weight in weights))
    return Plan(
        sections=tuple(_section(section, one, unit, weight_unit) for section in card.sections),
        known=frozenset(question.id for question in card.questions),
        one=one,
        weighted=bool(weights),
        has_scored=bool(scored),
        full_marks=Fraction(card.full_marks),
        cap=Fraction(card.cap),
        na_counts=card.not_applicable == "full_marks",
        bands=tuple((band.id, band.from_) for band in card.bands),
    )


def _section(section: Section, one: int, unit: int, weight_unit: int) -> SectionPlan:
    return SectionPlan(
        id=section.id,
        weight=int(Fraction(section.weight) * weight_unit) if section.weight else 0,
        questions=tuple(_question(question, one, unit) for question in section.questions),
    )


def _question(question: AnyQuestion, one: int, unit: int) -> QuestionPlan:
    points = int(Fraction(question.points) * unit) if isinstance(question, ScoredQuestion) else 0
    fatal: Fatal | None = getattr(question, "fatal", None)
    return QuestionPlan(
        question=question,
        kind=_kind(question),
        points=points,
        attainment=_attainment(question, one),
        is_fatal=_fatal_test(question, fatal) if fatal else None,
        fatal=fatal,
        visibility=_visibility(question.show_if) if question.show_if else None,
        reasons=frozenset(reason.id for reason in question.reasons),
    )


def _kind(question: AnyQuestion) -> Kind:
    if isinstance(question, ScoredQuestion):
        return "scored"
    if question.type in ("deduct", "bonus"):
        return question.type
    return "text"


def _visibility(show_if: ShowIf) -> Visibility:
    conditions = tuple((part.question, _answers(part.in_)) for part in show_if.conditions)
    return Visibility(show_if.needs_all, conditions)


def _answers(answers: tuple[str | Decimal, ...]) -> frozenset[Value]:
    return frozenset(int(a) if isinstance(a, Decimal) else a for a in answers)


def _denominator(question: AnyQuestion) -> int:
    """Return a number that turns every attainment of the question into a whole one."""
    if isinstance(question, ChoiceQuestion):
        return lcm(*(Fraction(option.value).denominator for option in question.options))
    if isinstance(question, NumberQuestion):
        return lcm(*(Fraction(band.value).denominator for band in question.bands))
    if isinstance(question, RatingQuestion):
        return question.max - question.min
    return sum(_item_points(question).values()) if isinstance(question, ChecklistQuestion) else 1


def _item_points(question: ChecklistQuestion) -> dict[str, int]:
    unit = lcm(*(Fraction(item.points).denominator for item in question.items))
    return {item.id: int(Fraction(item.points) * unit) for item in question.items}


def _attainment(question: AnyQuestion, one: int) -> Attainment:
    if isinstance(question, YesNoQuestion):
        good = question.good
        return lambda answer: one if answer == good else 0
    if isinstance(question, ChoiceQuestion):
        values: dict[Value, int] = {
            option.id: int(Fraction(option.value) * one) for option in question.options
        }
        return values.__getitem__
    if isinstance(question, ChecklistQuestion):
        return _checklist_attainment(question, one)
    if isinstance(question, RatingQuestion):
        low, step = question.min, one // (question.max - question.min)
        return lambda answer: (int(answer) - low) * step if isinstance(answer, int) else 0
    if isinstance(question, NumberQuestion):
        return _number_attainment(question, one)
    return lambda _: 0


def _checklist_attainment(question: ChecklistQuestion, one: int) -> Attainment:
    points = _item_points(question)
    share = one // sum(points.values())

    def attainment(answer: Value) -> int:
        ticked = answer if isinstance(answer, frozenset) else frozenset[str]()
        return share * sum(points[item] for item in ticked)

    return attainment


def _number_attainment(question: NumberQuestion, one: int) -> Attainment:
    ends = [band.to for band in question.bands if band.to is not None]
    values = [int(Fraction(band.value) * one) for band in question.bands]

    def attainment(answer: Value) -> int:
        return values[bisect_left(ends, answer)] if isinstance(answer, Decimal) else 0

    return attainment


def _fatal_test(question: AnyQuestion, fatal: Fatal) -> IsFatal:
    if isinstance(fatal, FatalAnswers):
        wanted = _answers(fatal.on)
        if isinstance(question, ChecklistQuestion):
            return lambda answer: isinstance(answer, frozenset) and not wanted <= answer
        return lambda answer: answer in wanted
    if isinstance(fatal, FatalNumber):
        return _number_test(fatal)
    start = fatal.from_ if isinstance(fatal, FatalCount) else 1
    return lambda answer: isinstance(answer, int) and answer >= start


def _number_test(fatal: FatalNumber) -> IsFatal:
    below, above = fatal.below, fatal.above

    def test(answer: Value) -> bool:
        if not isinstance(answer, Decimal):
            return False
        too_low = below is not None and answer < below
        return too_low or (above is not None and answer > above)

    return test


def taken_off(question: DeductQuestion, count: int) -> Fraction:
    """Return the points that a deduct question takes off for a count."""
    points = Fraction(question.each) * count
    return points if question.at_most is None else min(points, Fraction(question.at_most))
