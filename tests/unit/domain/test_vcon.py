"""vCon documents: an own one in every variation, and the real set where it is present."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.conversation import Channel, Direction
from qa_app.domain.errors import Problem
from qa_app.domain.interchange import NewConversation, Reading
from qa_app.domain.vcon import AgentParty, KnownPerson, is_vcon, match_agent, read_vcon

SHANGHAI = ZoneInfo("Asia/Shanghai")
REAL_SET = Path(__file__).parents[4] / "shared" / "data" / "calls-vcon-synthetic"
PEOPLE = [
    KnownPerson("A001", "Wang Fang", "fang@example.org"),
    KnownPerson("A002", "Li Na", "na@example.org"),
    KnownPerson("A003", "Li Na"),
]
CALL: dict[str, Any] = {
    "vcon": "0.0.1",
    "uuid": "11111111-2222-8333-8444-555555555555",
    "subject": "delivery",
    "parties": [
        {"name": "Wang Fang", "mailto": "fang@example.org", "meta": {"role": "agent"}},
        {"name": "Zhou Jie", "tel": "+8613900000000", "meta": {"role": "customer"}},
    ],
    "dialog": [
        {
            "type": "recording",
            "start": "2026-11-15T16:00:00",
            "duration": 54.264,
            "parties": [1, 0],
            "filename": "call.mp3",
            "mimetype": "audio/mp3",
            "meta": {"direction": "in", "disposition": "ANSWERED"},
        }
    ],
    "analysis": [
        {"type": "summary", "body": "left out"},
        {
            "type": "transcript",
            "body": [
                {"speaker": "Agent", "message": "Hello"},
                {"speaker": "Customer", "message": "Hi", "start": 1.5, "end": 2.25},
                {"speaker": "Zhou Jie", "text": "My parcel"},
                {"speaker": "robot", "message": "beep"},
            ],
        },
    ],
}
CHAT: dict[str, Any] = {
    **CALL,
    "analysis": [],
    "dialog": [
        {"type": "text", "start": "2026-11-02T10:00:09Z", "parties": [0, 1], "body": "您好"},
        {"type": "text", "start": "2026-11-02T10:00:00Z", "originator": 1, "body": "在吗"},
    ],
}


def find(party: AgentParty) -> str | Problem:
    return match_agent(party, PEOPLE)


def read(document: object) -> Reading:
    return read_vcon(document, find, zone=SHANGHAI)


def taken(document: object) -> NewConversation:
    reading = read(document)
    assert reading.problems == ()
    assert reading.conversation is not None
    return reading.conversation


def changed(path: str, value: Any, document: dict[str, Any] = CALL) -> dict[str, Any]:
    result = copy.deepcopy(document)
    holder: Any = result
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        holder = holder[step]
    holder[last] = value
    return result


def test_a_call_is_read() -> None:
    one = taken(CALL)
    assert one.key == "vcon:11111111-2222-8333-8444-555555555555"
    assert (one.channel, one.agent) == (Channel.CALL, "A001")
    assert (one.direction, one.disposition) == (Direction.INBOUND, "ANSWERED")
    assert one.started_at == datetime(2026, 11, 15, 16, tzinfo=UTC)
    assert str(one.local_date) == "2026-11-16"
    assert (one.duration_s, one.topic, one.customer_ref) == (54, "delivery", "+8613900000000")
    assert one.recording == "call.mp3"
    assert json.loads(one.turns_json) == [
        {"speaker": "agent", "text": "Hello"},
        {"speaker": "customer", "text": "Hi", "from_ms": 1500, "to_ms": 2250},
        {"speaker": "customer", "text": "My parcel"},
        {"speaker": "system", "text": "beep"},
    ]


def test_a_chat_is_read_from_its_messages() -> None:
    one = taken(CHAT)
    assert (one.channel, one.recording) == (Channel.CHAT, None)
    assert one.started_at == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert [(turn["speaker"], turn["at"]) for turn in json.loads(one.turns_json)] == [
        ("agent", "2026-11-02T10:00:09Z"),
        ("customer", "2026-11-02T10:00:00Z"),
    ]


def test_a_transcript_may_come_as_json_text() -> None:
    body = json.dumps(CALL["analysis"][1]["body"])
    assert taken(changed("analysis/1/body", body)).turns_json == taken(CALL).turns_json
    assert taken(changed("analysis/1/body", "[" * 100_000)).turn_count == 0


@pytest.mark.parametrize(
    ("party", "found"),
    [
        (AgentParty("A003", "fang@example.org", "Wang Fang"), "A003"),
        (AgentParty(None, "FANG@example.org", "Li Na"), "A001"),
        (AgentParty("A999", "na@example.org", None), "A002"),
        (AgentParty(None, "gone@example.org", "Wang Fang"), "A001"),
        (AgentParty(None, None, "Li Na"), "ambiguous_agent"),
        (AgentParty(None, None, "wang fang"), "unknown_agent"),
        (AgentParty(None, None, None), "unknown_agent"),
        (AgentParty("", "", ""), "unknown_agent"),
    ],
)
def test_an_agent_is_matched_by_number_else_mail_else_name(party: AgentParty, found: str) -> None:
    result = match_agent(party, PEOPLE)
    assert (result.code if isinstance(result, Problem) else result) == found


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        ("uuid", None, "external_id", "missing"),
        ("dialog/0/start", None, "started_at", "missing"),
        ("dialog/0/start", "soon", "started_at", "bad_time"),
        ("dialog", [], "dialog", "missing"),
        ("dialog", "x", "dialog", "missing"),
        ("parties/0/meta", {}, "agent", "no_single_agent"),
        ("parties/1/meta/role", "agent", "agent", "no_single_agent"),
        ("parties/0", {"meta": {"role": "agent"}, "name": "Li Na"}, "agent", "ambiguous_agent"),
        ("parties/0", {"meta": {"role": "agent"}, "name": "Nobody"}, "agent", "unknown_agent"),
    ],
)
def test_what_is_wrong_is_said(path: str, value: Any, where: str, code: str) -> None:
    reading = read(changed(path, value))
    assert reading.conversation is None
    assert (where, code) in [(one.where, one.code) for one in reading.problems]


def test_several_problems_are_said_together() -> None:
    reading = read({**CALL, "uuid": "", "parties": []})
    assert {one.where for one in reading.problems} == {"external_id", "agent"}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("dialog/0/filename", "../secret.mp3", "bad_path"),
        ("dialog/0/duration", -5, "bad_number"),
        ("dialog/0/duration", float("nan"), "bad_number"),
        ("dialog/0/meta/direction", "up", "unknown_value"),
        ("subject", "s" * 500, "too_long"),
    ],
)
def test_what_can_be_left_out_is_warned_of(path: str, value: Any, code: str) -> None:
    reading = read(changed(path, value))
    assert reading.conversation is not None
    assert [one.code for one in reading.warnings] == [code]


def test_what_is_no_vcon_is_recognised() -> None:
    assert is_vcon(CALL)
    assert not any(map(is_vcon, ([], None, {}, {"uuid": 1}, {"turns": []})))
    assert read([]).problems[0].code == "not_a_mapping"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "meta", "role", "body"]), inner, max_size=3)
    ),
    max_leaves=6,
)
PATHS = [
    "uuid",
    "subject",
    "parties",
    "parties/0",
    "parties/0/meta",
    "parties/1/tel",
    "dialog",
    "dialog/0",
    "dialog/0/start",
    "dialog/0/duration",
    "dialog/0/parties",
    "dialog/0/filename",
    "dialog/0/meta",
    "analysis",
    "analysis/1/body",
    "analysis/1/body/0",
    "analysis/1/body/1/start",
]


@given(st.sampled_from(PATHS), json_values, st.booleans())
def test_no_junk_makes_the_reading_stumble(path: str, value: Any, chat: bool) -> None:
    document = changed(path, value)
    if chat and document["dialog"] == CALL["dialog"]:
        document["dialog"][0]["type"] = "text"
    reading = read(document)
    assert (reading.conversation is None) == bool(reading.problems)


@pytest.mark.skipif(not REAL_SET.is_dir(), reason="the vCon set is not here")
def test_the_real_set_is_read_without_a_problem() -> None:
    files = sorted(REAL_SET.glob("*.vcon.json"))
    assert len(files) == 28
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        (agent,) = [one for one in document["parties"] if one["meta"]["role"] == "agent"]
        people = [KnownPerson("E1", agent["name"]), KnownPerson("E2", "Somebody Else")]

        def known(party: AgentParty, people: list[KnownPerson] = people) -> str | Problem:
            return match_agent(party, people)

        reading = read_vcon(document, known, zone=SHANGHAI)
        assert (reading.problems, reading.warnings) == ((), ())
        assert reading.conversation is not None
        assert reading.conversation.agent == "E1"
        assert reading.conversation.recording == f"{document['uuid']}.mp3"
        transcript = next(one for one in document["analysis"] if one["type"] == "transcript")
        assert reading.conversation.turn_count == len(transcript["body"])
