"""What holds for every form and every sheet."""

from __future__ import annotations

import copy
import json
import random
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorecards import check, compare, load, score, to_yaml
from tests.unit.scorecards.forms import Values, forms, sheets
from tests.unit.scorecards.oracle import naive_score

relaxed = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
filled_forms = forms().flatmap(lambda made: st.tuples(st.just(made), sheets(made)))


@relaxed
@given(filled_forms)
def test_a_score_equals_the_naive_calculation(filled: tuple[Values, Values]) -> None:
    definition, sheet = filled
    result = score(load(definition), sheet).to_dict()
    naive = naive_score(definition, sheet)
    assert result["problems"] == []
    assert {key: result[key] for key in naive if key not in {"fatals", "hidden"}} == {
        key: value for key, value in naive.items() if key not in {"fatals", "hidden"}
    }
    assert [fatal["question"] for fatal in result["fatals"]] == naive["fatals"]
    states = {name: part["state"] for name, part in result["questions"].items()}
    assert {name for name, state in states.items() if state == "hidden"} == naive["hidden"]


@relaxed
@given(filled_forms)
def test_a_score_stays_between_nothing_and_the_cap(filled: tuple[Values, Values]) -> None:
    definition, sheet = filled
    result = score(load(definition), sheet)
    for value in (result.score, result.score_without_fatals):
        assert value is None or 0 <= value <= Decimal(repr(definition["cap"]))
    if any(fatal.scope == "form" for fatal in result.fatals):
        assert str(result.score) == "0.00"


@relaxed
@given(filled_forms, st.randoms(use_true_random=False))
def test_the_order_of_unconditional_questions_is_irrelevant(
    filled: tuple[Values, Values], chance: random.Random
) -> None:
    definition, sheet = json.loads(json.dumps(filled))
    for part in definition["sections"]:
        for made in part["questions"]:
            made.pop("show_if", None)
    before = score(load(definition), sheet).to_dict()
    for part in definition["sections"]:
        chance.shuffle(part["questions"])
    chance.shuffle(definition["sections"])
    after = score(load(definition), sheet).to_dict()
    for key in ("score", "score_without_fatals", "attainment", "questions", "sections", "band"):
        assert before[key] == after[key]
    assert sorted(before["missing"]) == sorted(after["missing"])


@relaxed
@given(filled_forms)
def test_na_counts_as_if_the_question_were_absent(filled: tuple[Values, Values]) -> None:
    definition, sheet = filled
    definition = {**definition, "not_applicable": "redistribute"}
    without = {name: entry for name, entry in sheet.items() if not entry.get("na")}
    card = load(definition)
    before, after = score(card, sheet).to_dict(), score(card, without).to_dict()
    for key in ("score", "score_without_fatals", "attainment", "deductions", "bonus", "sections"):
        assert before[key] == after[key]


@relaxed
@given(forms())
def test_reading_what_was_written_gives_the_same_card(definition: Values) -> None:
    card = load(definition)
    for source in (
        card.to_dict(),
        json.dumps(card.to_dict()),
        json.dumps(card.to_dict(), ensure_ascii=False, indent=2),
        to_yaml(card),
    ):
        again = load(source)
        assert (again, again.digest, again.to_dict()) == (card, card.digest, card.to_dict())


@relaxed
@given(forms())
def test_the_digest_doesnt_depend_on_key_order(definition: Values) -> None:
    assert load(turned(definition)).digest == load(definition).digest


def turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(item) for item in value] if isinstance(value, list) else value


@relaxed
@given(forms())
def test_a_card_is_comparable_with_itself(definition: Values) -> None:
    card = load(definition)
    assert compare(card, load(definition)).to_dict() == {"comparable": True, "changes": []}


@relaxed
@given(forms(), st.data())
def test_versions_called_comparable_give_equal_scores(definition: Values, data: Any) -> None:
    changed = json.loads(json.dumps(definition))
    victim = data.draw(st.sampled_from(changed["sections"]))
    made = data.draw(st.sampled_from(victim["questions"]))
    key = data.draw(st.sampled_from(["title", "points", "allow_na", "show_if", "fatal", "good"]))
    if key == "title":
        made["title"] = {"zh": "新", "en": "New"}
    elif key == "points" and "points" in made:
        made["points"] = 4
    elif key != "points":
        made.pop(key, None)
    if any(problem.level == "error" for problem in check(changed)):
        return
    old, new = load(definition), load(changed)
    sheet = data.draw(sheets(definition))
    if compare(old, new).comparable:
        before, after = score(old, sheet), score(new, sheet)
        assert (before.score, before.attainment) == (after.score, after.attainment)


@relaxed
@given(
    forms(),
    st.dictionaries(
        st.sampled_from(["q00", "q01", "q10", "stranger"]),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(
                    st.sampled_from(["answer", "na", "evidence", "reasons", "comment", "turn"]),
                    inner,
                )
            ),
        ),
    ),
)
def test_any_sheet_is_scored_without_raising(definition: Values, sheet: Values) -> None:
    result = score(load(definition), sheet)
    json.dumps(result.to_dict(), ensure_ascii=False).encode()
    if "stranger" in sheet:
        assert not result.complete


@relaxed
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "title",
                        "zh",
                        "en",
                        "sections",
                        "questions",
                        "type",
                        "options",
                        "points",
                        "fatal",
                        "on",
                        "show_if",
                        "all",
                        "in",
                        "question",
                        "bands",
                        "from",
                        "to",
                        "value",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=25,
    )
)
def test_any_values_are_checked_without_raising(values: Any) -> None:
    problems = check({"sections": values, "bands": values, "title": values})
    assert any(problem.level == "error" for problem in problems)


@relaxed
@given(forms(), st.data())
def test_a_damaged_form_is_checked_without_raising(definition: Values, data: Any) -> None:
    damaged = json.loads(json.dumps(definition))
    for _ in range(data.draw(st.integers(1, 3))):
        spots = list(places(damaged))
        holder, key = data.draw(st.sampled_from(spots))
        holder[key] = copy.deepcopy(
            data.draw(
                st.sampled_from(
                    [None, True, -1, 0, 10**30, "", "yes", [], {}, [[]], [{}], float("nan")]
                )
            )
        )
    check(damaged)


def places(value: Any) -> Any:
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from places(value[key])


@relaxed
@given(st.text(alphabet="ab: -[]{}'\"&*!|>%#\n\t1.0,?é\u2028\ufeff", max_size=60))
def test_any_text_is_answered_with_problems(text: str) -> None:
    assert any(problem.level == "error" for problem in check(text))
