"""What a sheet may say: one entry per question, read strictly, its problems collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeGuard

from scorecards.definition import (
    AnyQuestion,
    BonusQuestion,
    ChecklistQuestion,
    ChoiceQuestion,
    NumberQuestion,
    RatingQuestion,
    TextQuestion,
    YesNoQuestion,
)
from scorecards.numbers import NumberOutOfRange, from_python, is_plain_decimal, read_number

Value = str | int | Decimal | frozenset[str]
"""A valid answer: an id or text, a whole number, a number, or the ticked items."""


class AnswerError(ValueError):
    """An answer that its question doesn't take."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One finding about a filled sheet."""

    question: str
    code: str
    message: str

    def to_dict(self) -> dict[str, str]:
        return {"question": self.question, "code": self.code, "message": self.message}


def problem(question: object, code: str, message: str) -> SheetProblem:
    """Make a problem whose question id can be printed, whatever the sheet called it."""
    shown = str(question)[:100] if isinstance(question, (str, int, float)) else ""
    return SheetProblem(shown.encode("utf-8", "backslashreplace").decode(), code, message)


def read_answer(question: AnyQuestion, answer: object) -> Value:
    """Return an answer in the one form that scoring knows; raises AnswerError."""
    if isinstance(question, YesNoQuestion):
        return _one_of(answer, ("yes", "no"))
    if isinstance(question, ChoiceQuestion):
        return _one_of(answer, [option.id for option in question.options])
    if isinstance(question, ChecklistQuestion):
        return _ticked(answer, {item.id for item in question.items})
    if isinstance(question, RatingQuestion):
        return _whole(answer, question.min, question.max)
    if isinstance(question, NumberQuestion):
        return _within(_number(answer), question.min, question.max)
    if isinstance(question, BonusQuestion):
        return _bonus(question, answer)
    if isinstance(question, TextQuestion):
        return _text(answer)
    return _whole(answer, 0, None)


def _text(answer: object) -> str:
    if not isinstance(answer, str):
        raise AnswerError("wrong_type", "the answer must be text")
    return answer


def _one_of(answer: object, known: list[str] | tuple[str, ...]) -> str:
    text = _text(answer)
    if text not in known:
        raise AnswerError("unknown_answer", f"the answer must be one of: {', '.join(known[:20])}")
    return text


def _ticked(answer: object, known: set[str]) -> frozenset[str]:
    if not isinstance(answer, (list, tuple, set, frozenset)):
        raise AnswerError("wrong_type", "the answer must be a list of items")
    ticked = frozenset(_text(item) for item in answer)
    if ticked - known:
        raise AnswerError("unknown_answer", "the answer names an item that isn't there")
    return ticked


def _exact(answer: object) -> Decimal:
    if isinstance(answer, bool) or not isinstance(answer, (int, float, Decimal)):
        raise AnswerError("wrong_type", "the answer must be a number")
    try:
        return from_python(answer)
    except NumberOutOfRange:
        raise AnswerError("out_of_range", "the answer is no number of usable size") from None


def _number(answer: object) -> Decimal:
    if not isinstance(answer, str):
        return _exact(answer)
    if not is_plain_decimal(answer):
        raise AnswerError("wrong_type", "the answer must be a number or a decimal string")
    try:
        return read_number(answer)
    except NumberOutOfRange:
        raise AnswerError("out_of_range", "the answer is no number of usable size") from None


def _within(number: Decimal, low: Decimal | int | None, high: Decimal | int | None) -> Decimal:
    if (low is not None and number < low) or (high is not None and number > high):
        raise AnswerError("out_of_range", f"the answer must be {_range(low, high)}")
    return number


def _range(low: Decimal | int | None, high: Decimal | int | None) -> str:
    if high is None:
        return f"{low} or more"
    return f"{high} or less" if low is None else f"from {low} to {high}"


def _whole(answer: object, low: int, high: int | None) -> int:
    number = _exact(answer)
    if number != number.to_integral_value():
        raise AnswerError("wrong_type", "the answer must be a whole number")
    return int(_within(number, low, high))


def _bonus(question: BonusQuestion, answer: object) -> Decimal:
    points = _exact(answer)
    if points == 0:
        return points
    _within(points, question.min, question.max)
    if (Fraction(points) - Fraction(question.min)) % Fraction(question.step):
        raise AnswerError("out_of_range", f"the answer goes in steps of {question.step}")
    return points


def evidence_is_valid(evidence: object) -> bool:
    """Say whether evidence is a list of time spans and messages (handbook 2 §2)."""
    return isinstance(evidence, (list, tuple)) and all(_is_place(place) for place in evidence)


def _is_place(place: object) -> bool:
    if not isinstance(place, Mapping):
        return False
    if "turn" in place:
        return _is_count(place["turn"])
    start, end = place.get("from_ms"), place.get("to_ms")
    return _is_count(start) and _is_count(end) and start <= end


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12
