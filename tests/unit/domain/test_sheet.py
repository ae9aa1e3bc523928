"""What an entry of a draft may hold, and how changes are merged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.sheet import TEXT_LIMIT, clean_text, merge

KNOWN = ["greeting", "identity"]


def test_changes_replace_whole_entries_and_leave_the_others_alone() -> None:
    sheet = {"greeting": {"answer": "yes"}, "identity": {"answer": "full", "comment": "fine"}}
    merged, problems = merge(sheet, {"identity": {"answer": "none"}}, KNOWN)
    assert merged == {"greeting": {"answer": "yes"}, "identity": {"answer": "none"}}
    assert problems == []
    assert sheet["identity"]["comment"] == "fine"


@pytest.mark.parametrize("empty", [None, {}, {"answer": None, "comment": "  ", "evidence": []}])
def test_an_empty_entry_takes_the_question_away(empty: Any) -> None:
    assert merge({"greeting": {"answer": "yes"}}, {"greeting": empty}, KNOWN) == ({}, [])


def test_a_checklist_of_which_nothing_is_ticked_is_answered() -> None:
    assert merge({}, {"greeting": {"answer": []}}, KNOWN)[0] == {"greeting": {"answer": []}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("yes", "bad_entry"),
        ({"answer": {"no": "mapping"}}, "bad_answer"),
        ({"answer": True}, "bad_answer"),
        ({"answer": float("nan")}, "bad_answer"),
        ({"na": "yes"}, "bad_na"),
        ({"comment": "x" * (TEXT_LIMIT + 1)}, "bad_comment"),
        ({"reasons": "late"}, "bad_reasons"),
        ({"evidence": [{"turn": 4}]}, "bad_evidence"),
        ({"evidence": [{"turn": True}]}, "bad_evidence"),
        ({"evidence": [{"from_ms": 9, "to_ms": 9}]}, "bad_evidence"),
        ({"evidence": [{"from_ms": -1, "to_ms": 9}]}, "bad_evidence"),
        ({"evidence": [{"from_ms": 1, "to_ms": 9, "turn": 1}]}, "bad_evidence"),
        ({"evidence": [{"turn": 1}] * 21}, "bad_evidence"),
        ({"score": 100}, "unknown_key"),
    ],
)
def test_an_entry_that_cannot_be_kept_is_named_and_left_as_it_was(change: Any, code: str) -> None:
    before = {"greeting": {"answer": "yes"}}
    merged, problems = merge(before, {"greeting": change}, KNOWN, turn_count=4)
    assert merged == before
    assert [(problem.where, problem.code) for problem in problems] == [("greeting", code)]


def test_all_problems_are_named_and_the_good_changes_kept() -> None:
    changes = {"nonsense": {"answer": "yes"}, "greeting": {"answer": "yes"}, "identity": 7}
    merged, problems = merge({}, changes, KNOWN)
    assert merged == {"greeting": {"answer": "yes"}}
    assert [problem.where for problem in problems] == ["nonsense", "identity"]


def test_the_same_place_is_kept_once() -> None:
    span = {"from_ms": 1000, "to_ms": 9000}
    entry = {"answer": "no", "evidence": [span, {"turn": 0}, dict(span)]}
    assert merge({}, {"greeting": entry}, KNOWN)[0]["greeting"]["evidence"] == [span, {"turn": 0}]


@given(st.text())
def test_cleaned_text_can_be_stored_anywhere(text: str) -> None:
    cleaned = clean_text(text)
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")


def test_half_a_character_does_not_break_a_comment() -> None:
    merged, problems = merge({}, {"greeting": {"comment": "a\ud800b\x00"}}, KNOWN)
    assert (merged["greeting"]["comment"], problems) == ("a?b", [])


@given(
    st.dictionaries(
        st.sampled_from([*KNOWN, "other"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
        | st.fixed_dictionaries({}, optional={"answer": st.text(), "na": st.booleans()}),
    )
)
def test_no_change_whatever_it_is_raises_or_leaves_an_empty_entry(changes: Any) -> None:
    merged, _problems = merge({"greeting": {"answer": "yes"}}, changes, KNOWN)
    assert set(merged) <= set(KNOWN)
    assert all(merged.values())
