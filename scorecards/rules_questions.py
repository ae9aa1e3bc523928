"""Rules about single questions: their answers, ranges, bands and fatal answers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scorecards.draft import DraftForm, DraftQuestion, DraftSection
from scorecards.structure import Finding


def best_answers(form: DraftForm) -> Iterator[Finding]:
    """Some option, or some band of a number, is worth 1."""
    for question in form.questions:
        key = {"choice": "options", "number": "bands"}.get(question.type or "")
        if key is None or not question.values(key):
            continue
        values = [part.number("value") for part in question.parts(key)]
        if values and None not in values and 1 not in values:
            word = "option" if key == "options" else "band"
            yield Finding(question.at(key), "nothing_worth_1", f"no {word} is worth 1")


def ranges(form: DraftForm) -> Iterator[Finding]:
    for question in form.questions:
        if question.type not in {"rating", "number", "bonus"}:
            continue
        low, high = question.range
        if low is not None and high is not None and low >= high:
            key = "min" if question.has("min") else "max"
            yield Finding(question.at(key), "min_not_below_max", "min must be below max")


def bonus_steps(form: DraftForm) -> Iterator[Finding]:
    for question in form.questions:
        if question.type != "bonus":
            continue
        (low, high), step = question.range, question.positive("step")
        if low is None or high is None or step is None or low >= high:
            continue
        if ((Fraction(high) - Fraction(low)) / Fraction(step)).denominator != 1:
            message = "the range from min to max is no whole number of steps"
            yield Finding(question.at("step"), "bonus_steps", message)


def number_bands(form: DraftForm) -> Iterator[Finding]:
    """Bands of a number ascend; the last one, and only the last, is open."""
    for question in form.questions:
        if question.type == "number" and question.parts("bands"):
            yield from _number_bands(question)


def _number_bands(question: DraftQuestion) -> Iterator[Finding]:
    *closed, last = question.parts("bands")
    before: Decimal | None = None
    for band in closed:
        end = band.number("to")
        if not band.has("to"):
            message = "only the last band is open"
            yield Finding(band.at("to"), "number_band_open", message)
        elif end is not None and before is not None and end <= before:
            message = "the bands of a number must ascend"
            yield Finding(band.at("to"), "number_bands_not_ascending", message)
        before = end if end is not None else before
    if last.has("to"):
        message = "the last band must be open (no 'to')"
        yield Finding(last.at("to"), "number_bands_not_open", message)


def text_without_na(form: DraftForm) -> Iterator[Finding]:
    for question in form.questions:
        if question.type == "text" and question.data.get("allow_na") is True:
            message = "a text needs no n/a: it may be left empty"
            yield Finding(question.at("allow_na"), "na_on_text", message)


def fatal_answers(form: DraftForm) -> Iterator[Finding]:
    for question in form.questions:
        fatal = question.fatal
        if fatal is None:
            continue
        if question.type == "number" and not fatal.has("below") and not fatal.has("above"):
            yield Finding(fatal.path, "fatal_empty", "a fatal number needs 'below' or 'above'")
        if question.type in {"yes_no", "choice", "rating", "checklist"}:
            yield from named_answers(question, fatal.values("on"), fatal.at("on"), "fatal_answer")


def named_answers(
    question: DraftQuestion, answers: list[Any], path: tuple[str | int, ...], code: str
) -> Iterator[Finding]:
    """Report answers that a question doesn't have, or that are named twice."""
    seen: set[Any] = set()
    for index, answer in enumerate(answers):
        if not isinstance(answer, (str, Decimal, bool, type(None))):
            continue
        if not question.can_be_answered(answer):
            shown = "true or false" if isinstance(answer, bool) else f"{str(answer)[:60]!r}"
            message = f"{shown} is no answer of the question {question.id!r}"
            yield Finding((*path, index), f"{code}_unknown", message)
        elif answer in seen:
            yield Finding((*path, index), f"{code}_doubled", "the answer is named twice")
        seen.add(answer)


def fatal_sections(form: DraftForm) -> Iterator[Finding]:
    for section in form.sections:
        if section.is_known and not section.scored:
            yield from _fatal_sections(section)


def _fatal_sections(section: DraftSection) -> Iterator[Finding]:
    for question in section.questions:
        if question.fatal and question.fatal.text("scope") == "section":
            message = "the section has no scored questions that a fatal answer could reach"
            yield Finding(question.fatal.at("scope"), "fatal_section_without_score", message)


def fatal_classes(form: DraftForm) -> Iterator[Finding]:
    for question in form.questions:
        if question.fatal and not question.fatal.has("class"):
            message = "without a class it is missing in the critical-error rates"
            yield Finding(question.fatal.path, "fatal_without_class", message, "warning")


def guides(form: DraftForm) -> Iterator[Finding]:
    for question in form.scored:
        if not question.has("guide"):
            message = "a guide tells graders how to judge alike"
            yield Finding(question.path, "guide_missing", message, "warning")
