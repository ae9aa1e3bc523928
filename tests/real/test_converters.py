"""The converters give what their rules say, from the sets as they are."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.real.convert_crosswoz import crosswoz_dialogues, crosswoz_row, crosswoz_turns
from tests.real.convert_getgoing import getgoing_calls, getgoing_rows, getgoing_turn
from tests.real.convert_people import people
from tests.real.convert_star import star_rows
from tests.real.shared_data import data_set

SHANGHAI = ZoneInfo("Asia/Shanghai")


def half_of(started_at: str) -> str:
    start = datetime.fromisoformat(started_at)
    local = start.astimezone(SHANGHAI) if start.tzinfo else start
    return f"{local:%Y-%m}-H{1 if local.day <= 15 else 2}"


def test_the_english_chats_fill_both_halves_of_may_2020_with_101_agents() -> None:
    rows = list(star_rows(data_set("chats-star")))
    assert len({row["external_id"] for row in rows}) == len(rows) == 2400
    assert len({row["agent"] for row in rows}) == 101
    halves = Counter(half_of(row["started_at"]) for row in rows)
    assert halves.keys() == {"2020-05-H1", "2020-05-H2"}
    assert min(halves.values()) > 200
    assert sum(row.get("satisfaction") == 1 for row in rows) == 62
    assert sum(not row["turns"] for row in rows) == 105


def test_the_chinese_chats_get_times_that_follow_from_their_ids() -> None:
    dialogues = dict(crosswoz_dialogues(data_set("chats-crosswoz-zh")))
    rows = [crosswoz_row(*one) for one in dialogues.items()]
    assert len(rows) == 500
    assert rows == [crosswoz_row(*one) for one in dialogues.items()]
    halves = Counter(half_of(row["started_at"]) for row in rows)
    assert halves.keys() == {"2020-05-H1", "2020-05-H2"}
    turns = crosswoz_turns("11290", dialogues["11290"])
    assert turns[0]["speaker"] == "customer"
    assert turns[0]["text"].startswith("你好，我想找家人均消费在100-150元的餐馆")


def test_the_calls_last_as_long_as_their_logs_say_although_those_are_in_another_zone() -> None:
    folder = data_set("calls-getgoing")
    rows = list(getgoing_rows(folder))
    assert len(rows) == 62
    assert {half_of(row["started_at"]) for row in rows} == {"2020-05-H1", "2020-05-H2"}
    assert {row["agent"] for row in rows} == {"G1", "G2", "G3", "G4"}
    for call in getgoing_calls(folder):
        log = json.loads((call / "log.json").read_text(encoding="utf-8"))
        metadata = json.loads((call / "metadata.json").read_text(encoding="utf-8"))
        eastern = datetime.fromisoformat(log["start_time"])
        instant = eastern.replace(tzinfo=ZoneInfo("America/New_York"))
        apart = instant - datetime.fromisoformat(metadata["time"])
        assert abs(apart.total_seconds()) < 30


def test_what_the_automatic_agent_says_is_read_without_its_stage_directions() -> None:
    line = "TTS !b <speak> Great! <break strength='strong' /> I will help. </speak>"
    assert getgoing_turn(line) == {"speaker": "agent", "text": "Great! I will help."}
    assert getgoing_turn("TTS <speak> </speak>") is None
    assert getgoing_turn("USER public transit") == {"speaker": "customer", "text": "public transit"}


def test_everybody_is_one_person_with_one_number() -> None:
    rows = people()
    assert len({row["employee_no"] for row in rows}) == len(rows) == 6 + 101 + 59 + 4 + 27
