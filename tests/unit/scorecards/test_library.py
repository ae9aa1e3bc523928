"""The shipped forms: clean, in both languages, and scored at their best and worst."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scorecards import (
    BonusQuestion,
    ChecklistQuestion,
    ChoiceQuestion,
    DeductQuestion,
    NumberQuestion,
    Question,
    RatingQuestion,
    Scorecard,
    UnknownForm,
    YesNoQuestion,
    check,
    load,
    load_shipped,
    score,
    shipped,
    shipped_text,
    to_yaml,
)

FORMS = [
    "call-outbound-sales",
    "call-recording",
    "chat-ecommerce",
    "chat-text",
    "complaint-handling",
    "deduction-100",
    "email-reply",
    "leader-conduct",
]
every_form = pytest.mark.parametrize("form_id", FORMS)


def best(question: Question) -> Any:
    if isinstance(question, YesNoQuestion):
        return question.good
    if isinstance(question, ChoiceQuestion):
        return max(question.options, key=lambda option: option.value).id
    if isinstance(question, ChecklistQuestion):
        return [item.id for item in question.items]
    if isinstance(question, RatingQuestion):
        return question.max
    if isinstance(question, NumberQuestion):
        return question.bands[0].to
    return 0 if isinstance(question, (DeductQuestion, BonusQuestion)) else "x"


def worst(question: Question) -> Any:
    if isinstance(question, YesNoQuestion):
        return "no" if question.good == "yes" else "yes"
    if isinstance(question, ChoiceQuestion):
        return min(question.options, key=lambda option: option.value).id
    if isinstance(question, ChecklistQuestion):
        return []
    if isinstance(question, RatingQuestion):
        return question.min
    if isinstance(question, NumberQuestion):
        return question.max or 10**6
    return 99 if isinstance(question, DeductQuestion) else best(question)


def sheet(card: Scorecard, answer: Any) -> dict[str, Any]:
    return {
        question.id: {"answer": answer(question), "evidence": [{"turn": 0}]}
        for question in card.questions
    }


def test_these_forms_are_shipped() -> None:
    assert shipped() == FORMS


@pytest.mark.parametrize("form_id", ["nothing", "../schema", ""])
def test_other_forms_are_unknown(form_id: str) -> None:
    with pytest.raises(UnknownForm):
        load_shipped(form_id)


@every_form
def test_a_shipped_form_is_clean(form_id: str) -> None:
    assert check(shipped_text(form_id)) == []
    card = load_shipped(form_id)
    assert card.id == form_id
    assert 9 <= len(card.questions) <= 16
    assert load(to_yaml(card)).digest == load(card.to_dict()).digest == card.digest


@every_form
def test_a_shipped_form_speaks_both_languages(form_id: str) -> None:
    for place, words in texts(load_shipped(form_id).to_dict(), ""):
        assert words.keys() == {"zh", "en"}, place
        assert any("\u4e00" <= character <= "\u9fff" for character in words["zh"]), place
        assert not any("\u4e00" <= character <= "\u9fff" for character in words["en"]), place


def texts(value: Any, place: str) -> Any:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in {"title", "guide"}:
                yield f"{place}.{key}", item
            else:
                yield from texts(item, f"{place}.{value.get('id', '')}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, place)


@every_form
def test_a_flawless_sheet_gets_full_marks(form_id: str) -> None:
    card = load_shipped(form_id)
    result = score(card, sheet(card, best))
    assert (str(result.score), result.complete, result.problems) == ("100.00", True, ())
    assert result.fatals == ()
    assert result.band == card.bands[0].id
    assert sum(part.lost for part in result.questions.values()) == 0


@every_form
def test_the_worst_sheet_gets_the_lowest_band(form_id: str) -> None:
    card = load_shipped(form_id)
    result = score(card, sheet(card, worst))
    assert result.problems == ()
    assert result.score is not None
    assert result.score < Decimal(10)
    assert result.band == card.bands[-1].id
    assert result.fatals


@every_form
def test_an_empty_sheet_misses_every_visible_question(form_id: str) -> None:
    card = load_shipped(form_id)
    result = score(card, {})
    expected = None if any(question.is_scored for question in card.questions) else Decimal(100)
    assert (result.score, result.complete, result.fatals) == (expected, False, ())
    assert set(result.missing) == {
        question.id
        for question in card.questions
        if question.type != "text" and question.show_if is None
    }


@pytest.mark.parametrize(
    ("form_id", "channel"), [("call-recording", "call"), ("chat-text", "chat")]
)
def test_the_forms_of_the_half_month_figure_end_at_100(form_id: str, channel: str) -> None:
    card = load_shipped(form_id)
    assert card.channel == channel
    assert card.full_marks == card.cap == 100
    assert not any(isinstance(question, BonusQuestion) for question in card.questions)
    fatals = [q.fatal for q in card.questions if getattr(q, "fatal", None)]  # type: ignore[union-attr]
    assert {fatal.class_ for fatal in fatals if fatal} >= {"compliance", "customer"}


def test_the_deduction_form_only_deducts() -> None:
    card = load_shipped("deduction-100")
    assert {question.type for question in card.questions} == {"deduct", "text"}


def test_the_conduct_form_has_the_bands_of_the_rules() -> None:
    starts = [band.from_ for band in load_shipped("leader-conduct").bands]
    assert starts == [90, 80, 70, 0]
