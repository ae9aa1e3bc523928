"""Every error and warning of handbook 2 §4, one table row each."""

from __future__ import annotations

from typing import Any

import pytest

from scorecards import ScorecardError, check, load
from tests.unit.scorecards.forms import Values, bands, form, option, question, section, show_if

Q = question


def two(first: Values, second: Values) -> Values:
    return form(section("one", first), section("two", second))


def fatal(**keys: Any) -> Values:
    return {"class": "customer", **keys}


AT = "sections[0].questions[0]"

ERRORS: list[tuple[str, Values, str, str]] = [
    ("unknown key of a form", form(Q("a"), colour="red"), "unknown_key", "colour"),
    ("unknown key of a question", form(Q("a", hint="x")), "unknown_key", f"{AT}.hint"),
    ("points on a deduction", form(Q("a", "deduct", points=2)), "unknown_key", f"{AT}.points"),
    ("fatal on a text", form(Q("a", "text", fatal=fatal(on=["x"]))), "unknown_key", f"{AT}.fatal"),
    ("unknown type", form(Q("a", "stars")), "unknown_type", f"{AT}.type"),
    ("no type", form(section("s", Q("a", type=None))), "missing", f"{AT}.type"),
    ("no id", form(Q("a", id=None)), "missing", f"{AT}.id"),
    ("no channel", form(Q("a"), channel=None), "unknown_value", "channel"),
    ("no sections", form(), "too_few", "sections"),
    ("no questions", form(section("s")), "too_few", "sections[0].questions"),
    ("bad id", form(Q("A b")), "bad_id", f"{AT}.id"),
    ("underscore in a form's id", form(Q("a"), id="a_b"), "bad_id", "id"),
    ("id with a line break", form(Q("a\n")), "bad_id", f"{AT}.id"),
    ("id that is a number", form(Q("a", id=7)), "wrong_type", f"{AT}.id"),
    ("doubled question", two(Q("a"), Q("a")), "doubled_id", "sections[1].questions[0].id"),
    (
        "doubled section",
        form(section("s", Q("a")), section("s", Q("b"))),
        "doubled_id",
        "sections[1].id",
    ),
    (
        "doubled option",
        form(Q("a", "choice", options=[option("x", 1), option("x", 0)])),
        "doubled_id",
        f"{AT}.options[1].id",
    ),
    (
        "weight on some sections only",
        form(section("one", Q("a"), weight=100), section("two", Q("b"))),
        "weight_missing",
        "sections[1].weight",
    ),
    (
        "weight of 0",
        form(section("one", Q("a"), weight=0)),
        "not_positive",
        "sections[0].weight",
    ),
    (
        "weight without scored questions",
        form(section("one", Q("a"), weight=100), section("two", Q("b", "text"), weight=1)),
        "weight_without_score",
        "sections[1].weight",
    ),
    ("points of 0", form(Q("a", points=0)), "not_positive", f"{AT}.points"),
    ("points as text", form(Q("a", points="10")), "wrong_type", f"{AT}.points"),
    ("points as a boolean", form(Q("a", points=True)), "wrong_type", f"{AT}.points"),
    (
        "points not a number",
        form(Q("a", points=float("nan"))),
        "number_out_of_range",
        f"{AT}.points",
    ),
    ("points infinite", form(Q("a", points=float("inf"))), "number_out_of_range", f"{AT}.points"),
    ("points enormous", form(Q("a", points=10**5000)), "number_out_of_range", f"{AT}.points"),
    (
        "item points below 0",
        form(
            Q("a", "checklist", items=[{"id": "i", "title": {"zh": "a", "en": "b"}, "points": -1}])
        ),
        "not_positive",
        f"{AT}.items[0].points",
    ),
    ("each of 0", form(Q("a", "deduct", each=0)), "not_positive", f"{AT}.each"),
    ("step of 0", form(Q("a", "bonus", step=0), cap=110), "not_positive", f"{AT}.step"),
    (
        "option value above 1",
        form(Q("a", "choice", options=[option("x", 1), option("y", 1.5)])),
        "out_of_range",
        f"{AT}.options[1].value",
    ),
    (
        "band value below 0",
        form(Q("a", "number", bands=[{"to": 1, "value": 1}, {"value": -0.1}])),
        "out_of_range",
        f"{AT}.bands[1].value",
    ),
    (
        "no option worth 1",
        form(Q("a", "choice", options=[option("x", 0.9), option("y", 0)])),
        "nothing_worth_1",
        f"{AT}.options",
    ),
    (
        "no band worth 1",
        form(Q("a", "number", bands=[{"to": 1, "value": 0.5}, {"value": 0}])),
        "nothing_worth_1",
        f"{AT}.bands",
    ),
    (
        "one option",
        form(Q("a", "choice", options=[option("x", 1)])),
        "too_few",
        f"{AT}.options",
    ),
    ("empty checklist", form(Q("a", "checklist", items=[])), "too_few", f"{AT}.items"),
    ("rating min = max", form(Q("a", "rating", min=5)), "min_not_below_max", f"{AT}.min"),
    ("rating max below 1", form(Q("a", "rating", max=0)), "min_not_below_max", f"{AT}.max"),
    ("rating in halves", form(Q("a", "rating", max=4.5)), "wrong_type", f"{AT}.max"),
    ("number min > max", form(Q("a", "number", min=2, max=1)), "min_not_below_max", f"{AT}.min"),
    ("bonus min = max", form(Q("a", "bonus", min=3), cap=110), "min_not_below_max", f"{AT}.min"),
    ("uneven bonus", form(Q("a", "bonus", step=0.3), cap=110), "bonus_steps", f"{AT}.step"),
    (
        "bands ascending",
        form(Q("a"), bands=bands(50, 80, 0)),
        "bands_not_descending",
        "bands[1].from",
    ),
    ("bands equal", form(Q("a"), bands=bands(80, 80, 0)), "bands_not_descending", "bands[1].from"),
    ("bands above 0", form(Q("a"), bands=bands(80, 10)), "bands_not_ending_at_0", "bands[1].from"),
    ("bands empty", form(Q("a"), bands=[]), "too_few", "bands"),
    (
        "number bands descending",
        form(Q("a", "number", bands=[{"to": 9, "value": 1}, {"to": 3, "value": 0}, {"value": 0}])),
        "number_bands_not_ascending",
        f"{AT}.bands[1].to",
    ),
    (
        "number bands closed",
        form(Q("a", "number", bands=[{"to": 9, "value": 1}, {"to": 10, "value": 0}])),
        "number_bands_not_open",
        f"{AT}.bands[1].to",
    ),
    (
        "open band in the middle",
        form(Q("a", "number", bands=[{"value": 1}, {"value": 0}])),
        "number_band_open",
        f"{AT}.bands[0].to",
    ),
    (
        "all and any",
        form(Q("a"), Q("b", show_if=show_if("a", "yes") | show_if("a", "yes", how="any"))),
        "show_if_both",
        "sections[0].questions[1].show_if",
    ),
    (
        "empty show_if",
        form(Q("a"), Q("b", show_if={})),
        "show_if_empty",
        "sections[0].questions[1].show_if",
    ),
    (
        "empty all",
        form(Q("a"), Q("b", show_if={"all": []})),
        "too_few",
        "sections[0].questions[1].show_if.all",
    ),
    (
        "empty in",
        form(Q("a"), Q("b", show_if=show_if("a"))),
        "too_few",
        "sections[0].questions[1].show_if.all[0].in",
    ),
    (
        "unknown question",
        form(Q("a"), Q("b", show_if=show_if("zz", "yes"))),
        "show_if_unknown",
        "sections[0].questions[1].show_if.all[0].question",
    ),
    (
        "later question",
        form(Q("a", show_if=show_if("b", "yes")), Q("b")),
        "show_if_later",
        f"{AT}.show_if.all[0].question",
    ),
    (
        "itself",
        form(Q("a", show_if=show_if("a", "yes", how="any"))),
        "show_if_later",
        f"{AT}.show_if.any[0].question",
    ),
    *(
        (
            f"condition on a {kind}",
            form(Q("a", kind), Q("b", show_if=show_if("a", "yes")), cap=110),
            "show_if_type",
            "sections[0].questions[1].show_if.all[0].question",
        )
        for kind in ("number", "deduct", "bonus", "text")
    ),
    *(
        (
            f"impossible answer {answer!r} of a {kind}",
            form(Q("a", kind), Q("b", show_if=show_if("a", answer))),
            "show_if_answer_unknown",
            "sections[0].questions[1].show_if.all[0].in[0]",
        )
        for kind, answer in (
            ("yes_no", "maybe"),
            ("yes_no", 1),
            ("choice", "z"),
            ("checklist", "z"),
            ("rating", 6),
            ("rating", 1.5),
            ("rating", "3"),
        )
    ),
    *(
        (
            f"unknown fatal answer of a {kind}",
            form(Q("a", kind, fatal=fatal(on=[answer]))),
            "fatal_answer_unknown",
            f"{AT}.fatal.on[0]",
        )
        for kind, answer in (
            ("yes_no", "never"),
            ("choice", "z"),
            ("checklist", "z"),
            ("rating", 0),
        )
    ),
    (
        "fatal answer twice",
        form(Q("a", fatal=fatal(on=["no", "no"]))),
        "fatal_answer_doubled",
        f"{AT}.fatal.on[1]",
    ),
    (
        "fatal number without limit",
        form(Q("a", "number", fatal=fatal())),
        "fatal_empty",
        f"{AT}.fatal",
    ),
    (
        "fatal from 0",
        form(Q("a", "deduct", fatal={"from": 0, "class": "customer"})),
        "out_of_range",
        f"{AT}.fatal.from",
    ),
    (
        "unknown class",
        form(Q("a", fatal={"on": ["no"], "class": "grave"})),
        "unknown_value",
        f"{AT}.fatal.class",
    ),
    (
        "section fatal without score",
        two(Q("a", "deduct", fatal=fatal(scope="section") | {"from": 1}), Q("b")),
        "fatal_section_without_score",
        f"{AT}.fatal.scope",
    ),
    ("n/a on text", form(Q("a", "text", allow_na=True)), "na_on_text", f"{AT}.allow_na"),
    ("cap too low", form(Q("a"), cap=99), "cap_below_full_marks", "cap"),
    (
        "bonus without room",
        form(Q("a"), Q("b", "bonus")),
        "bonus_without_room",
        "sections[0].questions[1].type",
    ),
    ("no English", form(Q("a", title={"zh": "题"})), "missing_language", f"{AT}.title.en"),
    ("no Chinese", form(Q("a"), title={"en": "x"}), "missing_language", "title.zh"),
    (
        "blank title",
        form(Q("a", title={"zh": " ", "en": "x"})),
        "missing_language",
        f"{AT}.title.zh",
    ),
    ("title as text", form(Q("a", title="x")), "wrong_type", f"{AT}.title"),
    ("question as number", form(section("s", 5)), "wrong_type", AT),  # type: ignore[arg-type]
    ("question as text", form(section("s", "a")), "wrong_type", AT),  # type: ignore[arg-type]
    ("a key that is no text", form(Q("a")) | {3: 4}, "key_not_text", ""),  # type: ignore[list-item]
    (
        "lone surrogate",
        form(Q("a", title={"zh": "\ud800", "en": "x"})),
        "bad_character",
        f"{AT}.title.zh",
    ),
]


@pytest.mark.parametrize(
    ("values", "code", "path"), [r[1:] for r in ERRORS], ids=[r[0] for r in ERRORS]
)
def test_an_error_is_reported_where_it_stands(values: Values, code: str, path: str) -> None:
    errors = [p for p in check(values) if p.level == "error"]
    assert [(p.code, p.path) for p in errors] == [(code, path)]
    assert errors[0].message
    with pytest.raises(ScorecardError) as raised:
        load(values)
    assert raised.value.problems == check(values)


def worst(*starts: Any, **keys: Any) -> Values:
    low = Q("a", "choice", options=[option("x", 1), option("y", 0.6)])
    return form(low, bands=bands(*starts), **keys)


WARNINGS: list[tuple[str, Values, list[tuple[str, str]]]] = [
    (
        "weights of 90",
        form(section("one", Q("a"), weight=60), section("two", Q("b"), weight=30)),
        [("weights_not_100", "sections")],
    ),
    (
        "fatal without class",
        form(Q("a", fatal={"on": ["no"]})),
        [("fatal_without_class", f"{AT}.fatal")],
    ),
    (
        "31 scored questions",
        form(*(Q(f"q{n}") for n in range(31))),
        [("many_questions", "sections")],
    ),
    ("30 scored questions", form(*(Q(f"q{n}") for n in range(30)), Q("t", "text")), []),
    (
        "two answers of one question",
        form(
            Q("a"),
            Q("b", show_if={"all": [*show_if("a", "yes")["all"], *show_if("a", "no")["all"]]}),
        ),
        [("show_if_impossible", "sections[0].questions[1].show_if")],
    ),
    (
        "two answers of a checklist",
        form(
            Q("a", "checklist"),
            Q("b", show_if={"all": [*show_if("a", "i")["all"], *show_if("a", "j")["all"]]}),
        ),
        [],
    ),
    (
        "any of two answers",
        form(
            Q("a"),
            Q("b", show_if={"any": [*show_if("a", "yes")["all"], *show_if("a", "no")["all"]]}),
        ),
        [],
    ),
    (
        "a condition that rests on an impossible one",
        form(
            Q("a"),
            Q("b", show_if={"all": [*show_if("a", "yes")["all"], *show_if("a", "no")["all"]]}),
            Q("c", show_if=show_if("b", "yes")),
        ),
        [
            ("show_if_impossible", "sections[0].questions[1].show_if"),
            ("show_if_impossible", "sections[0].questions[2].show_if"),
        ],
    ),
    (
        "a contradiction further up",
        form(
            Q("a"),
            Q("b", show_if=show_if("a", "no")),
            Q("c", show_if={"all": [*show_if("b", "yes")["all"], *show_if("a", "yes")["all"]]}),
        ),
        [("show_if_impossible", "sections[0].questions[2].show_if")],
    ),
    (
        "a tiny section",
        form(section("one", Q("a"), weight=99), section("two", Q("b"), weight=1)),
        [("section_tiny", "sections[1]")],
    ),
    (
        "a section of 2 %",
        form(section("one", Q("a"), weight=98), section("two", Q("b"), weight=2)),
        [],
    ),
    (
        "a tiny section in points",
        form(section("one", Q("a", points=99)), section("two", Q("b"))),
        [("section_tiny", "sections[1]")],
    ),
    ("no guide", form(Q("a", guide=None)), [("guide_missing", AT)]),
    ("no guide on a deduction", form(Q("a", "deduct")), []),
    ("the lowest band is out of reach", worst(90, 60, 0), [("band_unreachable", "bands[2]")]),
    ("the lowest band is just in reach", worst(90, 60.01, 0), []),
    ("one band only", worst(0), []),
    (
        "a deduction at its limit reaches down",
        form(
            Q("a", "choice", options=[option("x", 1), option("y", 0.6)]),
            Q("b", "deduct", at_most=1),
            bands=bands(90, 60, 0),
        ),
        [],
    ),
    (
        "a pure deduction with a limit",
        form(Q("a", "deduct", at_most=10), bands=bands(95, 90, 0)),
        [("band_unreachable", "bands[2]")],
    ),
    ("a pure deduction without limit", form(Q("a", "deduct"), bands=bands(95, 90, 0)), []),
]


@pytest.mark.parametrize(
    ("values", "expected"), [r[1:] for r in WARNINGS], ids=[r[0] for r in WARNINGS]
)
def test_a_warning_doesnt_block(values: Values, expected: list[tuple[str, str]]) -> None:
    problems = check(values)
    assert {p.level for p in problems} <= {"warning"}
    assert [(p.code, p.path) for p in problems] == expected
    assert load(values).id == "form"


def test_all_problems_are_reported_at_once_with_their_lines() -> None:
    text = """\
id: Bad Id
title: {zh: 表}
channel: fax
cap: 90
sections:
  - id: one
    title: {zh: 一, en: One}
    weight: 0
    questions:
      - id: a
        title: {zh: 甲, en: A}
        type: choice
        points: -1
        options: [{id: x, title: {zh: 甲, en: X}, value: 2}]
      - id: a
        title: {zh: 乙, en: B}
        type: stars
        evidence: maybe
      - id: c
        title: {zh: 丙, en: C}
        type: text
        allow_na: true
        show_if: {all: [{question: later, in: [yes]}]}
colour: red
"""
    found = {(p.line, p.code, p.path) for p in check(text) if p.level == "error"}
    at = "sections[0].questions"
    assert found == {
        (1, "bad_id", "id"),
        (2, "missing_language", "title.en"),
        (3, "unknown_value", "channel"),
        (4, "cap_below_full_marks", "cap"),
        (8, "not_positive", "sections[0].weight"),
        (13, "not_positive", f"{at}[0].points"),
        (14, "too_few", f"{at}[0].options"),
        (14, "out_of_range", f"{at}[0].options[0].value"),
        (14, "nothing_worth_1", f"{at}[0].options"),
        (15, "doubled_id", f"{at}[1].id"),
        (17, "unknown_type", f"{at}[1].type"),
        (18, "unknown_value", f"{at}[1].evidence"),
        (22, "na_on_text", f"{at}[2].allow_na"),
        (23, "show_if_unknown", f"{at}[2].show_if.all[0].question"),
        (24, "unknown_key", "colour"),
    }
    lines = [p.line for p in check(text) if p.line]
    assert lines == sorted(lines)


def test_a_problem_is_one_json_object() -> None:
    (problem,) = check(form(Q("a", guide=None)))
    assert problem.to_dict() == {
        "level": "warning",
        "code": "guide_missing",
        "path": "sections[0].questions[0]",
        "line": None,
        "message": problem.message,
    }
