"""What happens around the messages of demo chats."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from qa_app.cli.demo.talks import Talk
from qa_app.cli.demo.texts import Quality, generate
from qa_app.domain.turns import read_turns

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 3, 10, tzinfo=ZONE)


def talks(count: int) -> list[Talk]:
    rng = Random(7)
    made = []
    for number in range(count):
        language = "zh" if number % 2 else "en"
        about = generate(rng, "chat", language, next(iter(Quality)), on=date(2026, 11, 3))
        made.append(Talk(f"chat-{number}", "E1", START, about, rng.getrandbits(31)))
    return made


def test_some_chats_have_waits_pictures_notes_and_recalled_messages() -> None:
    turns = [turn for talk in talks(200) for turn in talk.row()["turns"]]
    kinds = {turn.get("kind") for turn in turns}
    assert kinds == {None, "note", "recalled"}
    assert any(turn.get("files") for turn in turns)


def test_what_is_added_moves_no_message_that_evidence_counts_and_can_be_imported() -> None:
    for talk in talks(60):
        row = talk.row()
        said = [turn["text"] for turn in row["turns"] if "kind" not in turn]
        assert said == [turn.text for turn in talk.about.turns]
        assert [turn["text"] for turn in row["turns"]][: len(said)] == said
        times = [turn["at"] for turn in row["turns"]]
        assert times == sorted(times)
        last = datetime.fromisoformat(times[-1])
        assert row["duration_s"] == int((last - START).total_seconds()) + 1
        assert read_turns(row["turns"], ZONE).problems == ()
        assert row == talk.row()
