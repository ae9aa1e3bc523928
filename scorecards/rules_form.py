"""Rules about the form as a whole: ids, marks, bands, weights, and what its sum amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from scorecards.draft import Draft, DraftForm, DraftQuestion, DraftSection
from scorecards.numbers import plain
from scorecards.structure import Finding

MANY_QUESTIONS = 30
TINY_SHARE = Fraction(2, 100)


def doubled_ids(form: DraftForm) -> Iterator[Finding]:
    """Every id once: sections and bands in the form, questions too, all others where they stand."""
    yield from _doubled(form.parts("bands"))
    yield from _doubled(form.sections)
    yield from _doubled(form.questions)
    for question in form.questions:
        for key in ("options", "items", "reasons"):
            yield from _doubled(question.parts(key))


def _doubled(parts: Iterable[Draft]) -> Iterator[Finding]:
    seen: set[str] = set()
    for part in parts:
        if part.id is not None and part.id in seen:
            yield Finding(part.at("id"), "doubled_id", f"the id {part.id!r} is taken already")
        seen.add(part.id or "")


def cap_and_bonus(form: DraftForm) -> Iterator[Finding]:
    full_marks, cap = form.full_marks, form.cap
    if full_marks is None or cap is None:
        return
    if cap < full_marks:
        yield Finding(form.at("cap"), "cap_below_full_marks", "the cap is below the full marks")
    if cap == full_marks:
        for question in form.questions:
            if question.type == "bonus":
                message = "a bonus needs a cap above the full marks"
                yield Finding(question.at("type"), "bonus_without_room", message)


def form_bands(form: DraftForm) -> Iterator[Finding]:
    """Bands descend, and the last one starts from 0."""
    if not isinstance(form.data.get("bands"), list):
        return
    bands = form.parts("bands")
    if not bands:
        yield Finding(form.at("bands"), "too_few", "must have at least 1 item")
        return
    before: Decimal | None = None
    for band in bands:
        start = band.number("from")
        if start is not None and before is not None and start >= before:
            message = "bands must descend, the best first"
            yield Finding(band.at("from"), "bands_not_descending", message)
        before = start if start is not None else before
    last = bands[-1].number("from")
    if last is not None and last != 0:
        yield Finding(bands[-1].at("from"), "bands_not_ending_at_0", "the last band starts from 0")


def section_weights(form: DraftForm) -> Iterator[Finding]:
    """All scored sections of a form carry a weight, or none does; sections without score none."""
    for section in form.sections:
        if section.has("weight") and section.is_known and not section.scored:
            message = "a section without scored questions has no weight"
            yield Finding(section.at("weight"), "weight_without_score", message)
    weighted = [section for section in form.scored_sections if section.has("weight")]
    if weighted and len(weighted) < len(form.scored_sections):
        for section in form.scored_sections:
            if not section.has("weight"):
                message = "other sections carry a weight, this one doesn't"
                yield Finding(section.at("weight"), "weight_missing", message)


def weight_sum(form: DraftForm) -> Iterator[Finding]:
    weights = _weights(form)
    if weights and sum(weights) != 100:
        total = plain(sum(weights, Decimal(0)))
        message = f"the weights of the sections add up to {total}, not 100"
        yield Finding(form.at("sections"), "weights_not_100", message, "warning")


def _weights(form: DraftForm) -> list[Decimal] | None:
    """Return the weights of the scored sections; None where any is missing or unusable."""
    weights = [section.positive("weight") for section in form.scored_sections]
    known = [weight for weight in weights if weight is not None]
    return known if len(known) == len(weights) else None


def _section_sizes(form: DraftForm) -> list[Fraction] | None:
    """Return what each scored section is worth, in weights or else in points."""
    if any(section.has("weight") for section in form.scored_sections):
        weights = _weights(form)
        return None if weights is None else [Fraction(weight) for weight in weights]
    sizes = [_points(section.scored) for section in form.scored_sections]
    known = [size for size in sizes if size is not None]
    return known if len(known) == len(sizes) else None


def _points(questions: Iterable[DraftQuestion]) -> Fraction | None:
    total = Fraction(0)
    for question in questions:
        if question.points is None:
            return None
        total += Fraction(question.points)
    return total


def tiny_sections(form: DraftForm) -> Iterator[Finding]:
    sizes = _section_sizes(form)
    if not sizes:
        return
    total = sum(sizes)
    for section, size in zip(form.scored_sections, sizes, strict=True):
        if size < TINY_SHARE * total:
            message = "the section is worth less than 2 % of the form"
            yield Finding(section.path, "section_tiny", message, "warning")


def many_questions(form: DraftForm) -> Iterator[Finding]:
    if len(form.scored) > MANY_QUESTIONS:
        message = f"the form has {len(form.scored)} scored questions; more than 30 tire a grader"
        yield Finding(form.at("sections"), "many_questions", message, "warning")


def unreachable_band(form: DraftForm) -> Iterator[Finding]:
    """Warn when even the worst answers still miss the lowest band."""
    starts = [band.number("from") for band in form.parts("bands")]
    if len(starts) < 2 or starts[-2] is None:
        return
    worst = worst_raw(form)
    # Scores are rounded half up to two decimals before they are compared with a band.
    if worst is not None and worst + Fraction(1, 200) >= _next_hundredth(starts[-2]):
        message = "even the worst answers miss the lowest band"
        yield Finding(form.at("bands", len(starts) - 1), "band_unreachable", message, "warning")


def _next_hundredth(number: Decimal) -> Fraction:
    exact = Fraction(number) * 100
    return Fraction(-(-exact.numerator // exact.denominator), 100)


def worst_raw(form: DraftForm) -> Fraction | None:
    """Return the score of the worst answers; None where it can't be said or has no bottom."""
    if form.full_marks is None or not all(section.is_known for section in form.sections):
        return None
    attainment = _worst_attainment(form)
    if attainment is None:
        return None
    worst = Fraction(form.full_marks) * attainment
    for question in form.questions:
        if question.type == "deduct":
            limit = question.positive("at_most")
            if limit is None:
                return None
            worst -= Fraction(limit)
    return worst


def _worst_attainment(form: DraftForm) -> Fraction | None:
    if not form.scored:
        return Fraction(1)
    sizes = _section_sizes(form)
    if not sizes:
        return None
    total = Fraction(0)
    for section, size in zip(form.scored_sections, sizes, strict=True):
        lowest = _worst_of_section(section)
        if lowest is None:
            return None
        total += size * lowest
    return total / sum(sizes)


def _worst_of_section(section: DraftSection) -> Fraction | None:
    points = _points(section.scored)
    if points is None:
        return None
    total = Fraction(0)
    for question in section.scored:
        lowest = _lowest(question)
        if lowest is None or question.points is None:
            return None
        total += Fraction(question.points) * lowest
    return total / points


def _lowest(question: DraftQuestion) -> Fraction | None:
    """Return the lowest attainment that some answer to a scored question has."""
    if question.type == "choice":
        values = [option.number("value") for option in question.parts("options")]
    elif question.type == "number":
        values = _reachable_values(question)
    else:
        return Fraction(0)
    known = [Fraction(value) for value in values if value is not None]
    return min(known) if known and len(known) == len(values) else None


def _reachable_values(question: DraftQuestion) -> list[Decimal | None]:
    low, high = question.range
    values = []
    before: Decimal | None = None
    for band in question.parts("bands"):
        end = band.number("to")
        starts_too_late = high is not None and before is not None and before >= high
        ends_too_early = low is not None and end is not None and end < low
        if not starts_too_late and not ends_too_early:
            values.append(band.number("value"))
        before = end
    return values
