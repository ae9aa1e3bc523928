"""The arithmetic of handbook 2 §3, by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from scorecards import load, score
from tests.unit.scorecards.forms import (
    Values,
    answers,
    bands,
    form,
    option,
    question,
    section,
    show_if,
)

Q = question


def result(values: Values, **given: Any) -> dict[str, Any]:
    return score(load(values), answers(**given)).to_dict()


def test_the_result_has_the_form_of_the_handbook() -> None:
    values = form(
        section(
            "opening",
            Q("greeting", points=3),
            Q("identity", "choice", fatal={"on": ["c"], "class": "compliance"}),
        ),
        bands=bands(80, 0),
    )
    assert result(values, greeting="yes", identity="c") == {
        "complete": True,
        "missing": [],
        "problems": [],
        "score": "0.00",
        "score_without_fatals": "75.00",
        "attainment": "0.7500",
        "deductions": "0.00",
        "bonus": "0.00",
        "band": "band1",
        "fatals": [{"question": "identity", "scope": "form", "class": "compliance"}],
        "sections": {"opening": {"attainment": "0.7500"}},
        "questions": {
            "greeting": {"state": "counted", "attainment": "1.0000", "lost": "0.00"},
            "identity": {"state": "counted", "attainment": "0.0000", "lost": "25.00"},
        },
    }


ITEMS = [
    {"id": "i", "title": {"zh": "甲", "en": "I"}, "points": 2},
    {"id": "j", "title": {"zh": "乙", "en": "J"}},
]
ATTAINMENTS = [
    (Q("a"), "yes", "100.00"),
    (Q("a"), "no", "0.00"),
    (Q("a", good="no"), "no", "100.00"),
    (Q("a", good="no"), "yes", "0.00"),
    (Q("a", "choice"), "b", "50.00"),
    (Q("a", "checklist"), [], "0.00"),
    (Q("a", "checklist"), ["i", "k"], "66.67"),
    (Q("a", "checklist"), ["i", "i"], "33.33"),
    (Q("a", "checklist", items=ITEMS), ["i"], "66.67"),
    (Q("a", "rating"), 1, "0.00"),
    (Q("a", "rating"), 4, "75.00"),
    (Q("a", "rating"), 4.0, "75.00"),
    (Q("a", "rating", min=0, max=3), 1, "33.33"),
    (Q("a", "number"), 30, "100.00"),
    (Q("a", "number"), "30.000", "100.00"),
    (Q("a", "number"), 30.01, "60.00"),
    (Q("a", "number"), "60.00000000000000000001", "0.00"),
    (Q("a", "number"), Decimal(-5), "100.00"),
    (Q("a", "deduct"), 0, "100.00"),
    (Q("a", "deduct"), 3, "94.00"),
    (Q("a", "deduct", at_most=5), 3, "95.00"),
    (Q("a", "deduct"), 1000, "0.00"),
]


@pytest.mark.parametrize(("made", "answer", "expected"), ATTAINMENTS)
def test_an_answer_is_worth_what_its_type_says(made: Values, answer: Any, expected: str) -> None:
    assert result(form(made), a=answer)["score"] == expected


WRONG = [
    (Q("a"), "maybe", "unknown_answer"),
    (Q("a"), True, "wrong_type"),
    (Q("a"), 1, "wrong_type"),
    (Q("a", "choice"), "z", "unknown_answer"),
    (Q("a", "choice"), ["a"], "wrong_type"),
    (Q("a", "checklist"), "i", "wrong_type"),
    (Q("a", "checklist"), ["z"], "unknown_answer"),
    (Q("a", "checklist"), [1], "wrong_type"),
    (Q("a", "rating"), 0, "out_of_range"),
    (Q("a", "rating"), 6, "out_of_range"),
    (Q("a", "rating"), 2.5, "wrong_type"),
    (Q("a", "rating"), "3", "wrong_type"),
    (Q("a", "rating"), True, "wrong_type"),
    (Q("a", "number", min=0, max=9), -0.1, "out_of_range"),
    (Q("a", "number", min=0, max=9), "9.01", "out_of_range"),
    (Q("a", "number"), "ten", "wrong_type"),
    (Q("a", "number"), "", "wrong_type"),
    (Q("a", "number"), "1e999999", "wrong_type"),
    (Q("a", "number"), float("nan"), "out_of_range"),
    (Q("a", "number"), float("inf"), "out_of_range"),
    (Q("a", "number"), 10**5000, "out_of_range"),
    (Q("a", "number"), "9" * 5000, "wrong_type"),
    (Q("a", "number"), "٣", "wrong_type"),
    (Q("a", "number"), True, "wrong_type"),
    (Q("a", "deduct"), -1, "out_of_range"),
    (Q("a", "deduct"), 1.5, "wrong_type"),
    (Q("a", "bonus"), 0.5, "out_of_range"),
    (Q("a", "bonus"), 1.2, "out_of_range"),
    (Q("a", "bonus"), 3.5, "out_of_range"),
    (Q("a", "text"), 3, "wrong_type"),
]


@pytest.mark.parametrize(("made", "answer", "code"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_answer_is_a_problem_and_counts_as_none(
    made: Values, answer: Any, code: str
) -> None:
    scored = result(form(made, Q("b"), cap=110), a=answer, b="yes")
    assert [(p["question"], p["code"]) for p in scored["problems"]] == [("a", code)]
    assert not scored["complete"]
    assert scored["questions"]["a"]["attainment"] is None
    assert scored["score"] == "100.00"
    if made["type"] != "text":
        assert (scored["missing"], scored["questions"]["a"]["state"]) == (["a"], "unanswered")


@pytest.mark.parametrize("points", [0, 1, 1.5, 3])
def test_a_bonus_is_nothing_or_a_step_of_its_range(points: float) -> None:
    scored = result(form(Q("a", "choice"), Q("b", "bonus"), cap=101), a="b", b=points)
    assert scored["problems"] == []
    assert Decimal(scored["score"]) == 50 + Decimal(repr(points))
    assert scored["questions"]["b"] == {"state": "effect", "attainment": None, "lost": "0.00"}


def test_a_score_is_held_between_nothing_and_the_cap() -> None:
    values = form(Q("a"), Q("b", "bonus"), Q("c", "deduct", each=80), cap=102)
    assert result(values, a="yes", b=3, c=0)["score"] == "102.00"
    assert result(values, a="no", b=0, c=2)["score"] == "0.00"
    assert result(values, a="yes", b=3, c=1)["score"] == "23.00"


def test_rounding_is_half_up_and_only_at_the_end() -> None:
    eighth = form(Q("a", points=1), Q("b", points=7), full_marks=0.04, cap=0.04)
    assert result(eighth, a="yes", b="no")["score"] == "0.01"
    thirds = form(*(Q(name) for name in "abc"))
    scored = result(thirds, a="yes", b="yes", c="no")
    assert (scored["score"], scored["attainment"]) == ("66.67", "0.6667")
    assert scored["questions"]["c"]["lost"] == "33.33"


def test_weights_share_the_form_and_points_share_a_section() -> None:
    values = form(
        section("one", Q("a", points=1), Q("b", points=3), weight=20),
        section("two", Q("c", "choice"), weight=60),
        section("notes", Q("t", "text")),
    )
    scored = result(values, a="no", b="yes", c="b")
    assert (scored["score"], scored["attainment"]) == ("56.25", "0.5625")
    assert scored["sections"] == {
        "one": {"attainment": "0.7500"},
        "two": {"attainment": "0.5000"},
        "notes": {"attainment": None},
    }
    assert [scored["questions"][name]["lost"] for name in "abc"] == ["6.25", "0.00", "37.50"]
    assert result(values, a="no", b="yes")["score"] == "75.00"


def test_without_weights_points_share_the_form() -> None:
    values = form(section("one", Q("a"), Q("b")), section("two", Q("c", points=2)))
    scored = result(values, a="no", b="yes", c="yes")
    assert scored["score"] == "75.00"
    assert scored["questions"]["a"]["lost"] == "25.00"


def test_na_is_left_out_or_counts_fully() -> None:
    made = (Q("a", allow_na=True, points=3), Q("b"))
    scored = result(form(*made), a="n/a", b="no")
    assert scored["score"] == "0.00"
    assert scored["questions"]["a"] == {"state": "na", "attainment": None, "lost": "0.00"}
    scored = result(form(*made, not_applicable="full_marks"), a="n/a", b="no")
    assert scored["score"] == "75.00"
    assert scored["questions"]["a"] == {"state": "na", "attainment": "1.0000", "lost": "0.00"}


def test_na_must_be_allowed() -> None:
    scored = result(form(Q("a"), Q("b")), a="n/a", b="yes")
    assert [p["code"] for p in scored["problems"]] == ["na_not_allowed"]
    assert (scored["missing"], scored["score"]) == (["a"], "100.00")
    scored = result(form(Q("a", "text"), Q("b")), a="n/a", b="yes")
    assert [p["code"] for p in scored["problems"]] == ["na_not_allowed"]


def test_na_of_a_deduction_takes_nothing_off() -> None:
    scored = result(form(Q("a", "deduct", allow_na=True), Q("b")), a="n/a", b="yes")
    assert (scored["complete"], scored["score"]) == (True, "100.00")
    assert scored["questions"]["a"] == {"state": "na", "attainment": None, "lost": "0.00"}


def test_a_form_without_scored_questions_starts_full() -> None:
    scored = result(form(Q("a", "deduct"), bands=bands(90, 0)))
    assert (scored["score"], scored["attainment"], scored["band"]) == ("100.00", "1.0000", "band0")
    assert not scored["complete"]


def test_where_nothing_counts_there_is_no_score() -> None:
    values = form(Q("a", allow_na=True), Q("b", "deduct"), bands=bands(90, 0))
    for given in ({}, {"a": "n/a"}, {"a": "n/a", "b": 2}):
        scored = result(values, **given)
        assert scored["score"] is scored["attainment"] is scored["band"] is None
        assert scored["score_without_fatals"] is None


def test_a_form_fatal_is_zero_even_without_a_score() -> None:
    values = form(
        Q("a", allow_na=True),
        Q("b", "deduct", fatal={"from": 2, "class": "business"}),
        bands=bands(90, 0),
    )
    scored = result(values, a="n/a", b=2)
    assert (scored["score"], scored["score_without_fatals"]) == ("0.00", None)
    assert (scored["attainment"], scored["band"]) == (None, "band1")
    assert result(values, a="n/a", b=1)["score"] is None


FATALS = [
    (Q("a", fatal={"on": ["no"]}), "no", "yes"),
    (Q("a", good="no", fatal={"on": ["yes"]}), "yes", "no"),
    (Q("a", "choice", fatal={"on": ["b", "c"]}), "b", "a"),
    (Q("a", "rating", fatal={"on": [1, 2.0]}), 2, 3),
    (Q("a", "checklist", fatal={"on": ["i", "j"]}), ["i", "k"], ["i", "j"]),
    (Q("a", "number", fatal={"below": 5}), 4.99, 5),
    (Q("a", "number", fatal={"above": 5}), "5.01", "5"),
    (Q("a", "number", fatal={"below": 1, "above": 5}), 6, 3),
    (Q("a", "deduct", fatal={"from": 2}), 2, 1),
]


@pytest.mark.parametrize(("made", "deadly", "harmless"), FATALS)
def test_a_fatal_answer_makes_the_score_zero(made: Values, deadly: Any, harmless: Any) -> None:
    values = form(made, Q("b", points=9))
    scored = result(values, a=deadly, b="yes")
    assert (scored["score"], len(scored["fatals"])) == ("0.00", 1)
    assert scored["fatals"] == [{"question": "a", "scope": "form", "class": None}]
    assert Decimal(scored["score_without_fatals"]) >= 90
    assert result(values, a=harmless, b="yes")["fatals"] == []
    assert result(values, b="yes")["fatals"] == []


def section_fatal(**weights: Any) -> Values:
    deadly = Q("a", fatal={"on": ["no"], "scope": "section", "class": "business"})
    one, two = ({"weight": w} for w in weights.values()) if weights else ({}, {})
    return form(section("one", deadly, Q("b", points=3), **one), section("two", Q("c"), **two))


def test_a_section_fatal_keeps_the_weight_in_the_denominator() -> None:
    scored = result(section_fatal(one=60, two=40), a="no", b="yes", c="yes")
    assert (scored["score"], scored["attainment"]) == ("40.00", "0.4000")
    assert scored["score_without_fatals"] == "85.00"
    assert scored["sections"]["one"]["attainment"] == "0.0000"
    assert [scored["questions"][name]["lost"] for name in "abc"] == ["15.00", "0.00", "0.00"]


def test_a_section_fatal_keeps_the_points_in_the_denominator() -> None:
    scored = result(section_fatal(), a="no", b="yes", c="yes")
    assert (scored["score"], scored["score_without_fatals"]) == ("20.00", "80.00")


def test_a_section_fatal_where_nothing_counts_adds_no_denominator() -> None:
    deadly = Q("d", "deduct", fatal={"from": 1, "scope": "section", "class": "business"})
    values = form(
        section("one", Q("a", allow_na=True), deadly, weight=60), section("two", Q("c"), weight=40)
    )
    scored = result(values, a="n/a", c="yes", d=1)
    assert (scored["score"], scored["sections"]["one"]["attainment"]) == ("98.00", None)
    assert len(scored["fatals"]) == 1


def test_hidden_questions_are_ignored_with_all_that_was_answered() -> None:
    values = form(
        Q("a"), Q("b", show_if=show_if("a", "no"), fatal={"on": ["no"], "class": "customer"})
    )
    sheet = {"a": {"answer": "yes"}, "b": {"answer": "nonsense", "reasons": ["?"], "evidence": 3}}
    scored = score(load(values), sheet).to_dict()
    assert (scored["complete"], scored["score"], scored["problems"]) == (True, "100.00", [])
    assert scored["questions"]["b"] == {"state": "hidden", "attainment": None, "lost": "0.00"}
    assert result(values, a="no", b="no")["score"] == "0.00"
    assert result(values, a="no")["missing"] == ["b"]


SHOWN = [
    (Q("a", "choice"), show_if("a", "a", "b"), "b", "c"),
    (Q("a", "rating"), show_if("a", 1, 2.0), 2, 3),
    (Q("a", "checklist"), show_if("a", "i", "j"), ["k", "j"], ["k"]),
    (Q("a", "checklist"), show_if("a", "i"), ["i"], []),
    (Q("a", allow_na=True), show_if("a", "yes"), "yes", "n/a"),
    (Q("a"), show_if("a", "yes", how="any"), "yes", None),
]


@pytest.mark.parametrize(("made", "condition", "shown", "hidden"), SHOWN)
def test_a_condition_looks_at_the_answer(
    made: Values, condition: Values, shown: Any, hidden: Any
) -> None:
    values = form(made, Q("b", show_if=condition), not_applicable="full_marks")
    assert result(values, a=shown)["questions"]["b"]["state"] == "unanswered"
    assert result(values, a=hidden)["questions"]["b"]["state"] == "hidden"


def test_all_needs_all_and_any_needs_one() -> None:
    both = [*show_if("a", "yes")["all"], *show_if("b", "yes")["all"]]
    values = form(Q("a"), Q("b"), Q("c", show_if={"all": both}), Q("d", show_if={"any": both}))
    states = result(values, a="yes", b="no")["questions"]
    assert (states["c"]["state"], states["d"]["state"]) == ("hidden", "unanswered")


def test_a_hidden_question_satisfies_no_condition() -> None:
    values = form(Q("a"), Q("b", show_if=show_if("a", "no")), Q("c", show_if=show_if("b", "yes")))
    assert result(values, a="yes", b="yes")["questions"]["c"]["state"] == "hidden"
    assert result(values, a="no", b="maybe")["questions"]["c"]["state"] == "hidden"


EVIDENCE: list[tuple[Any, bool]] = [
    ([{"from_ms": 10, "to_ms": 20}], True),
    ([{"turn": 0}], True),
    ([], False),
    (None, False),
    ([{"from_ms": 20, "to_ms": 10}], False),
    ([{"from_ms": 20}], False),
    ([{"turn": -1}], False),
    ([{"turn": True}], False),
    ([{"turn": 1.5}], False),
    ([{}], False),
    (["turn"], False),
    ({"turn": 1}, False),
]


@pytest.mark.parametrize(("evidence", "enough"), EVIDENCE)
def test_a_lost_point_needs_evidence_where_the_form_says_so(evidence: Any, enough: bool) -> None:
    values = form(Q("a", evidence="on_loss"), Q("b", "deduct", evidence="on_loss"))
    entry = {"evidence": evidence}
    lost = {"a": {"answer": "no", **entry}, "b": {"answer": 1, **entry}}
    scored = score(load(values), lost)
    assert (scored.complete, scored.missing) == (enough, () if enough else ("a", "b"))
    assert str(scored.score) == "0.00"
    kept = {"a": {"answer": "yes"}, "b": {"answer": 0}}
    assert score(load(values), kept).complete


def test_text_is_never_missing() -> None:
    values = form(Q("a"), Q("t", "text", evidence="on_loss"))
    scored = result(values, a="yes")
    assert (scored["complete"], scored["questions"]["t"]["state"]) == (True, "unscored")
    assert result(values, a="yes", t="words")["complete"]


@pytest.mark.parametrize(
    ("sheet", "question_id", "code"),
    [
        ({"zz": {"answer": "yes"}}, "zz", "unknown_question"),
        ({"\ud800": {}}, "\\ud800", "unknown_question"),
        ({5: {}}, "5", "unknown_question"),
        ({"a": "yes"}, "a", "wrong_type"),
        ({"a": {"answer": "yes", "na": "true"}}, "a", "wrong_type"),
        ({"a": {"answer": "yes", "comment": 4}}, "a", "wrong_type"),
        ({"a": {"answer": "yes", "reasons": ["zz"]}}, "a", "unknown_reason"),
        ({"a": {"answer": "yes", "reasons": "late"}}, "a", "wrong_type"),
        ({"a": {"answer": "yes", "evidence": [{"turn": "x"}]}}, "a", "bad_evidence"),
        ([], "", "wrong_type"),
        (None, "", "wrong_type"),
    ],
)
def test_a_faulty_sheet_is_told_so(sheet: Any, question_id: str, code: str) -> None:
    late = [{"id": "late", "title": {"zh": "迟", "en": "Late"}}]
    scored = score(load(form(Q("a", reasons=late))), sheet)
    assert [(p.question, p.code) for p in scored.problems] == [(question_id, code)]
    assert not scored.complete
    json.dumps(scored.to_dict(), ensure_ascii=False).encode()


def test_a_known_reason_is_no_problem() -> None:
    late = [{"id": "late", "title": {"zh": "迟", "en": "Late"}}]
    sheet = {"a": {"answer": "no", "reasons": ["late"], "comment": "x"}}
    assert score(load(form(Q("a", reasons=late))), sheet).complete


def test_the_band_is_the_first_that_the_score_reaches() -> None:
    values = form(
        Q("a", "choice", options=[option("x", 1), option("y", 0.9), option("z", 0.8999)]),
        bands=bands(90, 89.99, 0),
    )
    assert [result(values, a=name)["band"] for name in "xyz"] == ["band0", "band0", "band1"]
    assert result(form(Q("a")), a="yes")["band"] is None


def test_everything_is_effect_unscored_or_counted() -> None:
    values = form(Q("a"), Q("b", "deduct"), Q("c", "bonus"), Q("d", "text"), cap=110)
    scored = result(values, a="yes", b=1, c=0, d="x")
    assert [part["state"] for part in scored["questions"].values()] == [
        "counted",
        "effect",
        "effect",
        "unscored",
    ]
    assert scored["questions"]["b"]["lost"] == scored["deductions"] == "2.00"
