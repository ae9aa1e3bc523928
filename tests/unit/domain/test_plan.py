"""Plans: what is read, what is refused and at which line, and what hostile files do not do."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.conversation import Channel
from qa_app.domain.errors import InvalidInput
from qa_app.domain.plan import check_plan, load_plan

SMALL = """\
id: main
title: {zh: 半月抽查, en: Half-month sampling}
channels:
  call: {scorecard: call-recording, quota: 5}
"""
FULL = """\
# comments are welcome
id: main
title: {zh: 半月抽查, en: Half-month sampling}
channels:
  chat: {scorecard: chat-text, quota: 3}
  call: {scorecard: call-recording, quota: 5, min_duration_s: 30}
agents: {employee_no: [007, A001]}
filters:
  queue: [vip, 100]
  direction: [inbound]
  tags: [yes, 投诉]
slices: 3
graders: [qa.chen, qa-lin]
second_grading: 0.10
due_days: 5
"""


def problems_of(source: Any) -> list[tuple[str, str, int | None]]:
    return [(one.code, one.path, one.line) for one in check_plan(source)]


def test_a_full_plan_is_read() -> None:
    plan = load_plan(FULL)
    assert plan.id == "main"
    assert plan.title == {"zh": "半月抽查", "en": "Half-month sampling"}
    assert list(plan.channels) == [Channel.CALL, Channel.CHAT]
    call = plan.channels[Channel.CALL]
    assert (call.scorecard, call.quota, call.min_duration_s) == ("call-recording", 5, 30)
    assert plan.agents.employee_nos == ("007", "A001")
    assert plan.filters == {
        "queue": ("vip", "100"),
        "direction": ("inbound",),
        "tags": ("yes", "投诉"),
    }
    assert (plan.slices, plan.graders) == (3, ("qa.chen", "qa-lin"))
    assert (plan.second_grading, plan.due_days) == (Decimal("0.1"), 5)


def test_what_is_left_out_has_its_default() -> None:
    plan = load_plan(SMALL)
    assert plan.agents.everybody
    assert (plan.slices, plan.graders, plan.filters) == (1, (), {})
    assert (plan.second_grading, plan.due_days) == (Decimal("0.05"), None)
    assert plan.to_dict() == {
        "id": "main",
        "title": {"zh": "半月抽查", "en": "Half-month sampling"},
        "channels": {
            "call": {"scorecard": "call-recording", "quota": 5, "min_duration_s": 0},
        },
        "agents": "all",
        "filters": {},
        "slices": 1,
        "second_grading": 0.05,
    }


@pytest.mark.parametrize("agents", ["all", "{teams: [T1, 二班]}", "{employee_no: [A1]}"])
def test_a_plan_survives_its_own_canonical_form(agents: str) -> None:
    plan = load_plan(SMALL + f"agents: {agents}\n")
    assert load_plan(plan.to_dict()) == plan
    assert load_plan(json.dumps(plan.to_dict())) == plan
    assert load_plan(plan.to_dict()).digest == plan.digest


def test_the_digest_is_of_the_meaning_not_of_the_spelling() -> None:
    spelled = SMALL.replace("quota: 5", "min_duration_s: 0, quota: 5") + "slices: 1\nagents: all\n"
    assert load_plan(spelled).digest == load_plan(SMALL).digest
    assert load_plan(SMALL.replace("quota: 5", "quota: 6")).digest != load_plan(SMALL).digest
    assert load_plan(SMALL + "second_grading: 0\n").to_dict()["second_grading"] == 0


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + FULL.encode())
    assert load_plan(file) == load_plan(FULL)


def test_everything_wrong_is_said_at_once_with_its_line() -> None:
    text = """\
id: Main plan
title: {zh: 抽查}
channels:
  call: {quota: 0, scorcard: x}
  mail: {scorecard: x, quota: 1}
agents: {teams: [], employee_no: [A1, A1]}
filters: {direction: [in], colour: [red], tags: vip}
slices: 14
graders: [QA 1]
second_grading: 5%
due_days: 1.5
id: again
"""
    assert sorted(problems_of(text)) == sorted(
        [
            ("bad_form", "id", 1),
            ("missing", "title.en", 2),
            ("bad_number", "channels.call.quota", 4),
            ("unknown_key", "channels.call.scorcard", 4),
            ("missing", "channels.call.scorecard", 4),
            ("unknown_key", "channels.mail", 5),
            ("one_choice", "agents", 6),
            ("not_a_list", "agents.teams", 6),
            ("doubled_value", "agents.employee_no[1]", 6),
            ("unknown_value", "filters.direction[0]", 7),
            ("unknown_key", "filters.colour", 7),
            ("not_a_list", "filters.tags", 7),
            ("bad_number", "slices", 8),
            ("bad_form", "graders[0]", 9),
            ("bad_number", "second_grading", 10),
            ("bad_number", "due_days", 11),
            ("doubled_key", "id", 12),
        ]
    )
    with pytest.raises(InvalidInput) as caught:
        load_plan(text)
    assert len(caught.value.problems) == 17
    assert caught.value.problems[0].where == "1: id"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("[]", "not_a_mapping"),
        ("id: [", "bad_yaml"),
        ("\tid: x", "bad_yaml"),
        ("id: \x00", "bad_yaml"),
        ("id: \ud800", "bad_yaml"),
        ("id: &a x", "anchor"),
        ("id: *a", "anchor"),
        ("id: !!python/object/apply:os.system [ls]", "tag"),
        ("--- {}\n--- {}", "many_documents"),
        ("? [a]\n: b", "bad_key"),
        ("x" * 70_000, "too_large"),
        ("[" * 60_000, "too_complex"),
        ("{a: " * 15_000, "too_complex"),
        ("- " * 30_000, "too_complex"),
        ("a: 1\n" * 13_000, "too_complex"),
    ],
)
def test_a_hostile_file_is_refused(text: str, code: str) -> None:
    assert [one.code for one in check_plan(text)] == [code]


def test_files_that_cannot_be_read_are_problems_too(tmp_path: Path) -> None:
    binary = tmp_path / "plan.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert problems_of(binary) == [("not_utf8", "", None)]
    assert problems_of(tmp_path / "absent.yaml") == [("unreadable", "", None)]
    assert problems_of(tmp_path) == [("unreadable", "", None)]


def test_a_mapping_with_impossible_values_is_refused() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = [deep]
    assert problems_of({"id": deep}) == [("too_complex", "", None)]
    assert problems_of({"id": object()}) == [("bad_type", "", None)]
    assert ("bad_number", "second_grading", None) in problems_of({"second_grading": float("nan")})


@pytest.mark.parametrize("number", ["0", "1", "0.05", "0.5"])
def test_shares_from_none_to_all_are_possible(number: str) -> None:
    assert load_plan(SMALL + f"second_grading: {number}").second_grading == Decimal(number)


yaml_like = st.text(st.sampled_from("abid: []{},-#&*!|>'\"%@`\n\t0159.é中\x00\ud800"), max_size=60)


@given(yaml_like)
def test_no_text_makes_the_check_stumble(text: str) -> None:
    for one in check_plan(text):
        assert one.message
        assert one.to_dict()["level"] == "error"
    assert check_plan(SMALL + text) is not None


@given(
    st.dictionaries(
        st.sampled_from(["id", "title", "channels", "agents", "filters", "slices", "graders"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["zh", "en", "call", "quota", "teams", "queue"]),
                    inner,
                    max_size=3,
                )
            ),
            max_leaves=6,
        ),
    )
)
def test_no_mapping_makes_the_check_stumble(document: dict[str, Any]) -> None:
    assert all(one.message for one in check_plan(document))
