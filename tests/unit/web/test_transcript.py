"""Turns as pages show them: times, waits, days; phrases marked at their characters."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from qa_app.web.presenters.transcript import turn_rows
from qa_app.web.presenters.transcript_parts import Parts, files, marked, words

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = {"forbidden": "Forbidden", "required": "Required", "sensitive": "Sensitive"}
PARTS = Parts(
    who={},
    waited={},
    kinds={},
    phrases=NAMES,
    files={"image": "[picture]", "file": "[file]"},
    hourglass="",
    longest={},
    lost="",
    more="",
    attributes="",
    not_loaded="name only",
)


def at(clock: str, speaker: str, **more: Any) -> dict[str, Any]:
    return {"speaker": speaker, "text": "…", "at": f"2026-11-17T{clock}Z", **more}


def waits(*turns: dict[str, Any]) -> list[Any]:
    return [row["wait"] for row in turn_rows(turns, ZONE)]


def test_times_are_those_of_the_site_or_of_the_sound() -> None:
    rows = turn_rows(
        [
            at("02:00:05", "agent"),
            at("02:00:05.250", "agent"),
            {"speaker": "agent", "text": "", "at": "2026-11-17T02:00:05+01:00"},
            {"speaker": "agent", "text": "", "at": "2026-11-17T02:00:05"},
            {"speaker": "agent", "text": "", "at": "yesterday"},
            {"speaker": "agent", "text": "", "from_ms": 61_500, "to_ms": 62_000},
            {"speaker": "robot", "text": None},
        ],
        ZONE,
    )
    assert [row["time"] for row in rows] == [
        "10:00:05", "10:00:05", "09:00:05", "02:00:05", "", "1:01", "",
    ]  # fmt: skip
    assert rows[0]["hover"] == "2026-11-17 10:00:05 +08:00"
    assert (rows[6]["speaker"], rows[6]["text"]) == ("system", "")


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Australia/Lord_Howe", "Asia/Shanghai", "UTC"])
def test_hours_that_are_looked_up_once_read_as_any_other(zone: str) -> None:
    turns = [
        {"speaker": "agent", "text": "", "at": f"2026-10-03T{hour:02d}:{minute:02d}:59Z"}
        for hour in range(24)
        for minute in (0, 29, 30, 59)
    ]
    spelled = [{**turn, "at": turn["at"].replace("Z", "+00:00")} for turn in turns]
    shown = [(row["hover"], row["day"]) for row in turn_rows(turns, ZoneInfo(zone))]
    assert shown == [(row["hover"], row["day"]) for row in turn_rows(spelled, ZoneInfo(zone))]


def test_a_customer_waits_from_the_first_message_without_an_answer() -> None:
    assert waits(
        at("02:00:00", "customer"),
        at("02:00:50", "customer"),
        at("02:01:30", "agent"),
    ) == [None, None, ("customer", 90)]


def test_an_agent_waits_from_the_last_message_and_notes_are_no_answer() -> None:
    assert waits(
        at("02:00:00", "agent"),
        at("02:01:30", "agent"),
        at("02:02:00", "agent", kind="note"),
        at("02:02:10", "system"),
        at("02:04:00", "customer"),
        at("02:05:00", "customer"),
    ) == [None, ("", 90), None, None, ("agent", 150), None]


def test_the_longest_wait_is_a_customers_if_there_is_one() -> None:
    rows = turn_rows(
        [
            at("02:00:00", "customer"),
            at("02:01:00", "agent"),
            at("02:21:00", "customer"),
            at("02:21:59", "agent"),
        ],
        ZONE,
    )
    assert rows.longest is rows[1]
    assert turn_rows([at("02:00:00", "customer")], ZONE).longest is None


def test_days_are_named_only_where_there_are_several() -> None:
    one_day = turn_rows([at("02:00:00", "agent"), at("03:00:00", "agent")], ZONE)
    assert [row["day"] for row in one_day] == [None, None]
    two_days = turn_rows([at("15:59:59", "agent"), at("16:00:00", "agent")], ZONE)
    assert [row["day"] for row in two_days] == [date(2026, 11, 17), date(2026, 11, 18)]


def mark(begin: int, end: int, n: int, kind: str = "forbidden") -> dict[str, Any]:
    return {"begin": begin, "end": end, "n": n, "kind": kind}


def test_phrases_are_marked_at_their_characters_and_the_rest_is_escaped() -> None:
    assert marked("a<b>c", [mark(1, 4, 7)], PARTS) == (
        'a<mark class="phrase phrase-forbidden" data-hit="7" title="Forbidden">&lt;b&gt;</mark>c'
    )


def test_phrases_may_lie_within_and_across_each_other_and_beyond_the_text() -> None:
    text = "0123456789"
    html = str(marked(text, [mark(2, 6, 1), mark(3, 5, 2), mark(4, 8, 3), mark(9, 40, 4)], PARTS))
    plain = html.replace(' class="phrase phrase-forbidden"', "").replace(' title="Forbidden"', "")
    assert plain == (
        '01<mark data-hit="1">2<mark data-hit="2">3<mark data-hit="3">4</mark></mark>5</mark>'
        '678<mark data-hit="4">9</mark>'
    )


def test_an_unknown_kind_of_phrase_never_reaches_the_page() -> None:
    assert '"><script>' not in marked("text", [mark(0, 4, 1, '"><script>')], PARTS)


def test_words_are_counted_as_the_browser_counts() -> None:
    times = [[0, 100, 200], [2, 200, 300]]
    assert words(times, "ab cd") == "0 100 200 2 200 300"
    assert words(times, "😀 cd") == "0 100 200 3 200 300"


def test_a_file_is_a_name_and_nothing_else() -> None:
    html = files([{"name": '"><img src=x>', "type": "image"}, {"type": "sh"}], PARTS)
    assert html == (
        '<ul class="turn-files" role="list">'
        '<li>[picture]<bdi title="name only">&#34;&gt;&lt;img src=x&gt;</bdi></li>'
        '<li>[file]<bdi title="name only">–</bdi></li></ul>'
    )
