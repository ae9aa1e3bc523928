"""Conversations from files: taken once, changed while they may be, refused with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from qa_app.domain.errors import InvalidInput
from qa_app.models import Conversation, Recording, Transcript
from qa_app.queries.jobs import job_page
from qa_app.services.import_batches import EVALUATED, TWICE
from qa_app.services.imports import import_conversations
from qa_app.services.site import Site
from tests.factories import make_evaluation, make_person, make_specialist, make_team, publish_form

HEADER = "external_id,channel,agent,started_at,duration_s,topic"
ROW = "1,chat,E1,2026-11-18T10:00:00+08:00,60,delivery"
TURNS = [
    {"speaker": "agent", "text": "您好"},
    {"speaker": "customer", "text": "My parcel\nis late"},
]


@pytest.fixture(autouse=True)
def _people(site: Site) -> Iterator[None]:
    with site.writing() as ctx:
        team = make_team(ctx, "A")
        for number, name in (("E1", "Ann"), ("E2", "Bo")):
            make_person(ctx, number, name=name, team=team, email=f"{name.lower()}@example.com")
    return


def answer(site: Site, path: Path, **options: Any) -> dict[str, Any]:
    with import_conversations(site, path, **options) as report:
        document = report.to_dict()
        assert json.loads(b"".join(report.json_chunks())) == document
        return document


def counts(document: dict[str, Any]) -> tuple[int, int, int, int]:
    return (
        document["created"],
        document["updated"],
        document["unchanged"],
        len(document["rejected"]),
    )


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def write_jsonl(path: Path, *rows: dict[str, Any]) -> Path:
    return write(path, *(json.dumps(row, ensure_ascii=False) for row in rows))


def row(number: int = 1, **changes: Any) -> dict[str, Any]:
    plain = {
        "external_id": f"C{number}",
        "channel": "chat",
        "agent": "E1",
        "started_at": "2026-11-18T10:00:00+08:00",
        "turns": TURNS,
    }
    return {**plain, **changes}


def stored(site: Site) -> list[Any]:
    """Everything that an import decides about, in a comparable form."""
    columns = [
        column
        for column in Conversation.__table__.columns
        if column.name not in ("id", "imported_at", "updated_at")
    ]
    with site.reading() as ctx:
        statement = (
            select(*columns, Transcript.turns)
            .outerjoin(Transcript, Transcript.conversation_id == Conversation.id)
            .order_by(Conversation.source, Conversation.external_id)
        )
        return [tuple(one) for one in ctx.session.execute(statement)]


def test_a_csv_row_becomes_a_conversation(site: Site, tmp_path: Path) -> None:
    path = write(tmp_path / "calls.csv", HEADER, ROW)
    assert counts(answer(site, path)) == (1, 0, 0, 0)
    with site.reading() as ctx:
        one = ctx.session.scalars(select(Conversation)).one()
        assert (one.source, one.external_id, one.channel) == ("import", "1", "chat")
        assert one.started_at == datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
        assert one.local_date.isoformat() == "2026-11-18"
        assert (one.duration_s, one.topic, one.tags, one.turn_count) == (60, "delivery", "", 0)
        assert one.imported_at == site.clock.now()


def test_the_same_file_again_changes_nothing(site: Site, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "chats.jsonl", row(1), row(2, tags=["a", "b"]), row(3, turns=[]))
    assert counts(answer(site, path)) == (3, 0, 0, 0)
    before = stored(site)
    assert counts(answer(site, path)) == (0, 0, 3, 0)
    assert stored(site) == before


def test_a_dry_run_gives_the_same_answer_and_changes_nothing(site: Site, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "chats.jsonl", row(1), row(2, agent="nobody"), row(1), row(3))
    answer(site, write_jsonl(tmp_path / "before.jsonl", row(3)))
    answer(site, write_jsonl(tmp_path / "other.jsonl", row(3, topic="other")))
    before = stored(site)
    dry = answer(site, path, dry_run=True)
    assert stored(site) == before
    assert answer(site, path) == dry
    assert counts(dry) == (1, 1, 0, 2)


def test_a_changed_row_updates_what_nobody_has_evaluated(site: Site, tmp_path: Path) -> None:
    answer(site, write_jsonl(tmp_path / "one.jsonl", row(1), row(2)))
    changed = row(1, agent="E2", topic="refund\twith tab", turns=TURNS[:1])
    assert counts(answer(site, write_jsonl(tmp_path / "two.jsonl", changed, row(2)))) == (
        0,
        1,
        1,
        0,
    )
    with site.reading() as ctx:
        found = ctx.session.execute(
            select(Conversation.topic, Conversation.turn_count, Transcript.turns)
            .join(Transcript, Transcript.conversation_id == Conversation.id)
            .where(Conversation.external_id == "C1")
        ).one()
    assert tuple(found) == ("refund\twith tab", 1, TURNS[:1])
    assert counts(answer(site, write_jsonl(tmp_path / "three.jsonl", row(1, turns=[])))) == (
        0,
        1,
        0,
        0,
    )
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Transcript)) == 1


def test_a_row_whose_conversation_was_evaluated_is_refused(site: Site, tmp_path: Path) -> None:
    answer(site, write_jsonl(tmp_path / "one.jsonl", row(1)))
    with site.writing() as ctx:
        conversation = ctx.session.scalars(select(Conversation)).one()
        make_evaluation(ctx, conversation, make_specialist(ctx), publish_form(ctx))
    again = answer(site, write_jsonl(tmp_path / "one.jsonl", row(1)))
    assert counts(again) == (0, 0, 1, 0)
    changed = answer(site, write_jsonl(tmp_path / "two.jsonl", row(1, topic="other"), row(2)))
    assert counts(changed) == (1, 0, 0, 1)
    assert changed["rejected"] == [{"where": "two.jsonl:1", "reason": EVALUATED}]


def test_broken_rows_are_named_and_never_stop_the_others(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    lines = [
        json.dumps(row(1)).encode(),
        b"{not json}",
        b"[1, 2]",
        json.dumps(row(2, channel="fax", satisfaction=9)).encode(),
        json.dumps(row(3, agent="E999")).encode(),
        b'{"external_id": "x\xff"}',
        b"[" * 5000,
        b"",
        json.dumps(row(1, topic="again")).encode(),
        json.dumps(row(4)).encode(),
    ]
    path.write_bytes(b"\n".join(lines))
    document = answer(site, path)
    assert counts(document) == (2, 0, 0, 7)
    places = [one["where"] for one in document["rejected"]]
    assert sorted(places) == [f"mixed.jsonl:{line}" for line in (2, 3, 4, 5, 6, 7, 9)]
    reasons = {one["where"]: one["reason"] for one in document["rejected"]}
    assert "channel" in reasons["mixed.jsonl:4"]
    assert "satisfaction" in reasons["mixed.jsonl:4"]
    assert "E999" in reasons["mixed.jsonl:5"]
    assert reasons["mixed.jsonl:9"] == TWICE


def test_unknown_columns_are_reported_once(site: Site, tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", HEADER + ",mood", ROW + ",good")
    assert answer(site, table)["warnings"] == [
        {"where": "a.csv:1", "reason": "The column 'mood' is not known and was left out."}
    ]
    lines = write_jsonl(tmp_path / "b.jsonl", row(1, mood="good"), row(2, mood="bad"))
    warnings = answer(site, lines)["warnings"]
    assert [one["where"] for one in warnings] == ["b.jsonl:1"]


def test_gb18030_is_recognised(site: Site, tmp_path: Path) -> None:
    text = ROW.replace("delivery", "快递没到")
    answer(site, write(tmp_path / "a.csv", HEADER, text, encoding="gb18030"))
    assert counts(answer(site, write(tmp_path / "b.csv", HEADER, text))) == (0, 0, 1, 0)
    assert counts(answer(site, write(tmp_path / "c.csv", "\ufeff" + HEADER, text))) == (0, 0, 1, 0)


def test_a_workbook_is_read_to_its_last_row(site: Site, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "十一月"
    sheet.append([*HEADER.split(","), "tags"])
    for number in range(30):
        sheet.append([number, "call", "E1", datetime(2026, 11, 18, 10), 60.4, "=1+1", "a;b"])
    sheet.append([99, "call", "E9", datetime(2026, 11, 18, 10)])
    book.create_sheet("notes").append(["just", "a", "note"])
    path = tmp_path / "calls.xlsx"
    book.save(path)
    document = answer(site, path)
    assert counts(document) == (30, 0, 0, 1)
    assert document["rejected"][0]["where"] == "calls.xlsx!十一月:32"
    assert document["warnings"][0]["where"] == "calls.xlsx!notes:1"
    assert stored(site)[0][4] == datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def test_a_folder_takes_recordings_and_transcripts_along(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "november"
    (folder / "sound").mkdir(parents=True)
    (folder / "sound" / "1.wav").write_bytes(b"RIFF one")
    (folder / "sound" / "2.wav").write_bytes(b"RIFF one")
    (folder / "1.json").write_text(json.dumps(TURNS), encoding="utf-8")
    (tmp_path / "secret.wav").write_bytes(b"RIFF secret")
    (folder / "link.wav").symlink_to(tmp_path / "secret.wav")
    start = ",call,E1,2026-11-18T10:00:00+08:00,"
    write(
        folder / "calls.csv",
        "external_id,channel,agent,started_at,recording,transcript",
        f"1{start}sound/1.wav,1.json",
        f"2{start}sound\\2.wav,",
        f"3{start}../secret.wav,",
        f"4{start}link.wav,",
        f"5{start}sound/missing.wav,",
        f"6{start}sound,",
        f"7{start},calls.csv",
    )
    document = answer(site, folder)
    assert counts(document) == (2, 0, 0, 5)
    places = [one["where"] for one in document["rejected"]]
    assert places == [f"calls.csv:{line}" for line in (4, 5, 6, 7, 8)]
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Recording)) == 1
        jobs = [one.kind for one in job_page(ctx)]
        columns = (Conversation.recording_id, Conversation.turn_count)
        found = ctx.session.execute(select(*columns).order_by(Conversation.id)).all()
    assert jobs == ["process_recording"]
    assert found[0].recording_id == found[1].recording_id is not None
    assert [one.turn_count for one in found] == [2, 0]
    assert counts(answer(site, folder)) == (0, 0, 2, 5)
    (folder / "sound" / "2.wav").write_bytes(b"RIFF two")
    assert counts(answer(site, folder)) == (0, 1, 1, 5), "other sound under the same name"


def vcon(number: int = 1, **changes: Any) -> dict[str, Any]:
    plain = {
        "vcon": "0.0.1",
        "uuid": f"0000-{number}",
        "parties": [
            {"name": "Ann", "meta": {"role": "agent"}},
            {"tel": "+123", "meta": {"role": "customer"}},
        ],
        "dialog": [
            {
                "type": "recording",
                "start": "2026-11-17T20:00:00",
                "duration": 54.26,
                "url": f"https://example.com/x/{number}.mp3",
                "parties": [1, 0],
            }
        ],
        "analysis": [{"type": "transcript", "body": [{"speaker": "Agent", "message": "Hello"}]}],
    }
    return {**plain, **changes}


def test_a_folder_of_vcons_brings_its_sound_along(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "vcons"
    folder.mkdir()
    (folder / "1.vcon.json").write_text(json.dumps(vcon(1), indent=2), encoding="utf-8")
    (folder / "1.mp3").write_bytes(b"ID3 sound")
    (folder / "2.vcon.json").write_text(json.dumps(vcon(2)), encoding="utf-8")
    nobody = [{"name": "Zed", "meta": {"role": "agent"}}]
    (folder / "3.vcon.json").write_text(json.dumps(vcon(3, parties=nobody)), encoding="utf-8")
    (folder / "4.vcon.json").write_bytes(b'{"uuid": "broken", "parties"')
    document = answer(site, folder)
    assert counts(document)[0] == 2
    assert [one["where"] for one in document["rejected"]] == ["3.vcon.json:1"]
    assert [one["where"] for one in document["warnings"]] == ["2.vcon.json:1"]
    found = stored(site)
    assert [one[0] for one in found] == ["vcon", "vcon"]
    assert found[0][4] == datetime(2026, 11, 17, 20, 0, tzinfo=UTC), "without offset: UTC"
    assert found[0][5].isoformat() == "2026-11-18"
    assert counts(answer(site, folder))[2] == 2


def test_a_table_without_its_columns_is_refused_as_a_whole(site: Site, tmp_path: Path) -> None:
    path = write(tmp_path / "odd.csv", "name,age", "Ann,4")
    with pytest.raises(InvalidInput) as refused:
        answer(site, path)
    assert refused.value.problems[0].where == "odd.csv:1"


def test_a_source_is_part_of_the_key(site: Site, tmp_path: Path) -> None:
    path = write(tmp_path / "calls.csv", HEADER, ROW)
    answer(site, path, source="north")
    assert counts(answer(site, path, source="south")) == (1, 0, 0, 0)
    assert [one[0] for one in stored(site)] == ["north", "south"]
    with pytest.raises(InvalidInput):
        answer(site, path, source="Not Good")
