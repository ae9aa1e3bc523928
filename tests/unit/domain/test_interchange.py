"""Rows of the interchange: what each column means, everything wrong with one, its digest."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.conversation import Channel, Direction, check_source, split_key
from qa_app.domain.errors import InvalidInput
from qa_app.domain.interchange import (
    COLUMNS,
    NewConversation,
    Reading,
    check_header,
    read_row,
    safe_path,
)
from qa_app.domain.turns import MAX_TEXT, MAX_TURNS, read_turns

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
LEAST = {
    "external_id": "c-1",
    "channel": "call",
    "agent": "A001",
    "started_at": "2026-11-01T10:00:00+08:00",
}
MOST = {
    **LEAST,
    "channel": "chat",
    "ended_at": "2026-11-01T10:03:00.500+08:00",
    "direction": "inbound",
    "queue": "vip",
    "product": "手机",
    "topic": "return",
    "customer_ref": "cust 9",
    "language": "zh-CN",
    "satisfaction": "4",
    "disposition": "solved",
    "tags": "退货; urgent ;退货;;",
    "recording": "sound/c-1.mp3",
    "turns": [
        {"speaker": "customer", "text": "你好", "at": "2026-11-01T10:00:00+08:00"},
        {"speaker": "agent", "text": 'Hello\n"there"', "at": "2026-11-01T02:00:05Z"},
    ],
}


def read(zone: ZoneInfo = SHANGHAI, **changes: Any) -> Reading:
    return read_row({**LEAST, **changes}, source="import", zone=zone)


def taken(zone: ZoneInfo = SHANGHAI, **changes: Any) -> NewConversation:
    reading = read(zone, **changes)
    assert reading.problems == ()
    assert reading.conversation is not None
    return reading.conversation


def codes(**changes: Any) -> list[tuple[str, str]]:
    reading = read(**changes)
    assert (reading.conversation is None) == bool(reading.problems)
    return [(one.where, one.code) for one in reading.problems]


def test_a_full_row_is_read() -> None:
    one = taken(**MOST)
    assert one.key == "import:c-1"
    assert split_key(one.key) == ("import", "c-1")
    assert (one.channel, one.direction) == (Channel.CHAT, Direction.INBOUND)
    assert one.started_at == datetime(2026, 11, 1, 2, tzinfo=UTC)
    assert (one.local_date, one.duration_s) == (date(2026, 11, 1), 181)
    assert (one.queue, one.product, one.topic) == ("vip", "手机", "return")
    assert (one.customer_ref, one.language) == ("cust 9", "zh-CN")
    assert (one.satisfaction, one.disposition) == (4, "solved")
    assert one.tags == ("退货", "urgent")
    assert (one.recording, one.transcript) == ("sound/c-1.mp3", None)
    assert json.loads(one.turns_json) == [
        {"speaker": "customer", "text": "你好", "at": "2026-11-01T02:00:00Z"},
        {"speaker": "agent", "text": 'Hello\n"there"', "at": "2026-11-01T02:00:05Z"},
    ]
    assert one.turn_count == 2


def test_the_least_row_is_read_and_empty_cells_are_absent() -> None:
    one = taken(**dict.fromkeys(COLUMNS - set(LEAST), ""))
    assert one == taken() == taken(**dict.fromkeys(COLUMNS - set(LEAST)))
    assert (one.duration_s, one.tags, one.turns_json, one.turn_count) == (None, (), "[]", 0)


def test_all_problems_of_a_row_are_reported() -> None:
    row = {
        "external_id": "a\x07b",
        "channel": "mail",
        "agent": " ",
        "started_at": "yesterday",
        "ended_at": "2026-02-30T10:00:00Z",
        "duration_s": "-1",
        "direction": "sideways",
        "queue": "q" * 121,
        "satisfaction": "6",
        "tags": "x\x00",
        "recording": "../../etc/passwd",
        "transcript": "/etc/passwd",
        "turns": [{"speaker": "bot", "text": 3}],
    }
    reading = read_row(row, source="import", zone=SHANGHAI)
    assert reading.conversation is None
    assert {(one.where, one.code) for one in reading.problems} == {
        ("external_id", "bad_character"),
        ("channel", "unknown_value"),
        ("agent", "missing"),
        ("started_at", "bad_time"),
        ("ended_at", "bad_time"),
        ("duration_s", "bad_number"),
        ("direction", "unknown_value"),
        ("queue", "too_long"),
        ("satisfaction", "bad_number"),
        ("tags", "bad_character"),
        ("recording", "bad_path"),
        ("transcript", "bad_path"),
        ("turns[0].speaker", "bad_speaker"),
        ("turns[0].text", "not_a_text"),
    }
    assert "agent: This is missing." in reading.reason


@pytest.mark.parametrize("column", ["external_id", "channel", "agent", "started_at"])
def test_a_required_column_is_missed(column: str) -> None:
    for nothing in (None, "", "  "):
        assert codes(**{column: nothing}) == [(column, "missing")]


@pytest.mark.parametrize(
    ("given", "kept"),
    [(" c-1 ", "c-1"), (10_000_001, "10000001"), (123.0, "123"), ("\u3000号:1", "号:1")],
)
def test_an_external_id_is_trimmed_text(given: object, kept: str) -> None:
    assert taken(external_id=given).external_id == kept


@pytest.mark.parametrize(
    "given", ["a\nb", "a\tb", "a\x00", "a\x85b", "\ud800", True, [], "x" * 201]
)
def test_an_external_id_with_anything_odd_in_it_is_refused(given: object) -> None:
    assert [where for where, _ in codes(external_id=given)][:1] == ["external_id"]


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-01T10:00:00+08:00", 2),
        ("2026-11-01T10:00+08:00", 2),
        ("2026-11-01 10:00:00", 2),
        ("2026-11-01T10:00", 2),
        ("2026-11-01T10:00:00Z", 10),
        ("2026-11-01T10:00:00.000-05:00", 15),
        (datetime(2026, 11, 1, 10), 2),
    ],
)
def test_a_start_has_its_offset_or_is_local_to_the_site(text: object, hour: int) -> None:
    assert taken(started_at=text).started_at == datetime(2026, 11, 1, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01",
        "20261101T100000",
        "2026-W45-1T10:00:00",
        "2026-11-01T25:00:00",
        "2026-02-29T10:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1.11.2026 10:00",
        "2026-11-01T10:00:00+99:00",
        1793498400,
        True,
        "9" * 5000,
    ],
)
def test_anything_else_is_no_start(text: object) -> None:
    assert codes(started_at=text) == [("started_at", "bad_time")]


def test_a_local_time_that_happened_twice_is_the_first_and_warned_of() -> None:
    reading = read(NEW_YORK, started_at="2026-11-01T01:30:00")
    assert reading.conversation is not None
    assert reading.conversation.started_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert [one.code for one in reading.warnings] == ["time_happened_twice"]


def test_a_local_time_that_never_was_is_refused() -> None:
    reading = read(NEW_YORK, started_at="2026-03-08T02:30:00")
    assert [one.code for one in reading.problems] == ["time_never_was"]
    assert taken(NEW_YORK, started_at="2026-03-08T02:30:00Z")


def test_the_local_date_is_the_sites() -> None:
    assert taken(started_at="2026-11-15T16:00:00Z").local_date == date(2026, 11, 16)
    assert taken(started_at="2026-11-15T15:59:59Z").local_date == date(2026, 11, 15)


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({"duration_s": 54}, 54),
        ({"duration_s": "54.5"}, 55),
        ({"duration_s": 54.264}, 54),
        ({"duration_s": "0"}, 0),
        ({"ended_at": "2026-11-01T02:01:00Z"}, 60),
        ({"ended_at": "2026-11-01T02:01:00.499Z"}, 60),
        ({"ended_at": "2026-11-01T02:01:00Z", "duration_s": "42"}, 42),
        ({}, None),
    ],
)
def test_a_duration_is_whole_seconds_half_up(changes: dict[str, Any], seconds: int | None) -> None:
    assert taken(**changes).duration_s == seconds


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("duration_s", "nan", "bad_number"),
        ("duration_s", float("inf"), "not_a_text"),
        ("duration_s", "1e3", "bad_number"),
        ("duration_s", True, "not_a_text"),
        ("duration_s", -1, "bad_number"),
        ("duration_s", 40 * 86_400, "bad_number"),
        ("ended_at", "2026-11-01T01:59:59Z", "ends_before_start"),
        ("ended_at", "2027-11-01T01:59:59Z", "too_long"),
        ("satisfaction", 0, "bad_number"),
        ("satisfaction", "4.5", "bad_number"),
        ("satisfaction", True, "not_a_text"),
        ("tags", ";".join(map(str, range(60))), "too_long"),
        ("tags", {"a": 1}, "not_a_text"),
        ("turns", "hello", "not_a_list"),
        ("turns", [{}] * (MAX_TURNS + 1), "too_many"),
    ],
)
def test_a_wrong_value_is_refused(column: str, value: object, code: str) -> None:
    assert codes(**{column: value}) == [(column, code)]


@pytest.mark.parametrize("value", [5, "5", 5.0, " 5 "])
def test_satisfaction_may_come_as_any_whole_number(value: object) -> None:
    assert taken(satisfaction=value).satisfaction == 5


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a.mp3", "a.mp3"),
        ("./a/b.mp3", "a/b.mp3"),
        ("a\\b.mp3", "a/b.mp3"),
        ("录音/一.wav", "录音/一.wav"),
        ("..a/b..mp3", "..a/b..mp3"),
        ("../a.mp3", None),
        ("a/../../b", None),
        ("/a.mp3", None),
        ("\\\\host\\a.mp3", None),
        ("C:\\a.mp3", None),
        ("file:///etc/passwd", None),
        (".", None),
        ("a\nb", None),
    ],
)
def test_a_path_stays_inside_the_import_folder(text: str, path: str | None) -> None:
    assert safe_path(text) == path


def test_unknown_columns_are_reported_not_dropped_silently() -> None:
    reading = read(colour="red", **{"Queue ": "x"})
    assert reading.conversation is not None
    assert [(one.where, one.code) for one in reading.warnings] == [
        ("colour", "unknown_column"),
        ("Queue ", "unknown_column"),
    ]


def test_more_cells_than_columns_are_a_problem() -> None:
    reading = read_row({**LEAST, None: ["extra"]}, source="import", zone=SHANGHAI)
    assert [one.code for one in reading.problems] == ["too_many_cells"]


def test_a_header_is_trimmed_and_checked() -> None:
    columns, problems, warnings = check_header([" External_ID", "channel", "channel", "hue", None])
    assert columns == ["external_id", "channel", "channel", "hue", ""]
    assert [(one.where, one.code) for one in problems] == [
        ("agent", "missing_column"),
        ("started_at", "missing_column"),
        ("channel", "doubled_column"),
    ]
    assert [one.where for one in warnings] == ["hue", ""]


def test_the_same_row_has_the_same_digest_however_it_is_written() -> None:
    spellings = [
        {"started_at": "2026-11-01T02:00:00Z"},
        {"started_at": " 2026-11-01 10:00:00 ", "external_id": " c-1"},
        {"queue": "", "tags": ";", "turns": []},
    ]
    assert {taken(**spelling).row_digest for spelling in spellings} == {taken().row_digest}
    assert taken(tags="a;b").row_digest == taken(tags=["a", "b"]).row_digest


CHANGES: dict[str, Any] = {
    "external_id": "c-2",
    "channel": "chat",
    "agent": "A002",
    "started_at": "2026-11-01T10:00:01+08:00",
    "duration_s": 1,
    "direction": "outbound",
    "queue": "q",
    "product": "q",
    "topic": "q",
    "customer_ref": "q",
    "language": "q",
    "satisfaction": 1,
    "disposition": "q",
    "tags": "q",
    "recording": "q",
    "transcript": "q",
    "turns": [{"speaker": "agent", "text": "q"}],
}


def test_every_column_changes_the_digest() -> None:
    digests = {taken(**{column: value}).row_digest for column, value in CHANGES.items()}
    assert len(digests | {taken().row_digest}) == len(CHANGES) + 1
    assert set(CHANGES) | {"ended_at"} == COLUMNS


def test_turns_of_a_file_enter_the_digest() -> None:
    turns = read_turns([{"speaker": "agent", "text": "hi", "from_ms": 0, "to_ms": 5}], SHANGHAI)
    before = taken(transcript="c-1.json")
    after = before.with_turns(turns)
    assert (after.turn_count, json.loads(after.turns_json)[0]["to_ms"]) == (1, 5)
    assert after.row_digest != before.row_digest
    assert before.with_turns(turns) == after


def test_turns_and_a_transcript_together_are_refused() -> None:
    turns = [{"speaker": "agent", "text": "hi"}]
    assert codes(turns=turns, transcript="a.json") == [("transcript", "two_transcripts")]


@pytest.mark.parametrize(
    ("turn", "kept"),
    [
        ({"speaker": "agent", "text": ""}, {"speaker": "agent", "text": ""}),
        ({"speaker": " Agent", "text": "a"}, {"speaker": "agent", "text": "a"}),
        (
            {"text": "a", "speaker": "system", "to_ms": 7, "from_ms": 7},
            {"speaker": "system", "text": "a", "from_ms": 7, "to_ms": 7},
        ),
        (
            {"speaker": "agent", "text": "a", "from_ms": 7},
            {"speaker": "agent", "text": "a", "from_ms": 7},
        ),
        (
            {"speaker": "agent", "text": "a", "at": None, "from_ms": None, "to_ms": None},
            {"speaker": "agent", "text": "a"},
        ),
        (
            {"speaker": "agent", "text": "a", "at": "2026-11-01T10:00:00.250"},
            {"speaker": "agent", "text": "a", "at": "2026-11-01T02:00:00.250Z"},
        ),
        (
            {"speaker": "agent", "text": "a", "at": "2026-11-01T10:00", "from_ms": 1, "to_ms": 2},
            {
                "speaker": "agent",
                "text": "a",
                "at": "2026-11-01T02:00:00Z",
                "from_ms": 1,
                "to_ms": 2,
            },
        ),
        (
            {"speaker": "agent", "text": "written \\u0000 out, 😀"},
            {"speaker": "agent", "text": "written \\u0000 out, 😀"},
        ),
    ],
)
def test_a_turn_has_one_kept_form(turn: dict[str, Any], kept: dict[str, Any]) -> None:
    turns = read_turns([turn], SHANGHAI)
    assert turns.problems == ()
    assert turns.to_list() == [kept]
    assert read_turns(turns.to_list(), NEW_YORK).text == turns.text


@pytest.mark.parametrize(
    ("turn", "where", "code"),
    [
        (7, "", "not_a_mapping"),
        ({}, ".speaker", "bad_speaker"),
        ({"speaker": ["agent"], "text": "a"}, ".speaker", "bad_speaker"),
        ({"speaker": "agent", "text": None}, ".text", "not_a_text"),
        ({"speaker": "agent", "text": ["a"]}, ".text", "not_a_text"),
        ({"speaker": "agent", "text": "x" * (MAX_TEXT + 1)}, ".text", "too_long"),
        ({"speaker": "agent", "text": "a\0b"}, ".text", "bad_character"),
        ({"speaker": "agent", "text": "\udc00"}, ".text", "bad_character"),
        ({"speaker": "agent", "text": "a", "at": "noon"}, ".at", "bad_time"),
        ({"speaker": "agent", "text": "a", "at": "2026-02-30T10:00:00Z"}, ".at", "bad_time"),
        ({"speaker": "agent", "text": "a", "at": "2026-W45-1T10:00:00Z"}, ".at", "bad_time"),
        (
            {"speaker": "agent", "text": "a", "from_ms": 5, "to_ms": 4},
            ".to_ms",
            "ends_before_start",
        ),
        ({"speaker": "agent", "text": "a", "from_ms": -1, "to_ms": 4}, ".from_ms", "bad_number"),
        ({"speaker": "agent", "text": "a", "from_ms": True, "to_ms": 4}, ".from_ms", "bad_number"),
        ({"speaker": "agent", "text": "a", "to_ms": 4}, ".from_ms", "missing"),
    ],
)
def test_a_wrong_turn_is_named(turn: object, where: str, code: str) -> None:
    turns = read_turns([{"speaker": "agent", "text": "fine"}, turn], SHANGHAI)
    assert (f"turns[1]{where}", code) in [(one.where, one.code) for one in turns.problems]
    assert turns.size == 0


def test_an_unknown_key_of_a_turn_is_warned_of_once() -> None:
    turn = {"speaker": "agent", "text": "a", "mood": "good"}
    turns = read_turns([turn, turn], SHANGHAI)
    assert turns.size == 2
    assert [(one.where, one.code) for one in turns.warnings] == [("turns[0]", "unknown_key")]


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)


@given(st.lists(st.tuples(st.sampled_from(["agent", "customer", "system"]), texts), max_size=10))
def test_texts_come_back_as_they_were(said: list[tuple[str, str]]) -> None:
    turns = read_turns([{"speaker": who, "text": text} for who, text in said], SHANGHAI)
    assert [(turn["speaker"], turn["text"]) for turn in turns.to_list()] == said
    assert turns.text == json.dumps(turns.to_list(), ensure_ascii=False, separators=(",", ":"))


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["speaker", "text", "at", "from_ms", "to_ms", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(COLUMNS)) | st.text(max_size=3), junk))
def test_no_row_makes_the_reading_stumble(changes: dict[str, Any]) -> None:
    reading = read_row({**LEAST, **changes}, source="import", zone=NEW_YORK)
    assert (reading.conversation is None) == bool(reading.problems)
    if reading.conversation is not None:
        assert json.loads(reading.conversation.turns_json) is not None
        assert len(reading.conversation.row_digest) == 64


@pytest.mark.parametrize("source", ["import", "a", "9-lives", "vcon"])
def test_a_source_is_small_letters_digits_and_hyphens(source: str) -> None:
    assert check_source(source) == source


@pytest.mark.parametrize("source", ["", "-a", "A", "a_b", "a:b", "a\n", "é", "a" * 41])
def test_anything_else_is_no_source(source: str) -> None:
    with pytest.raises(InvalidInput):
        check_source(source)
