"""Transcripts attached to conversations: what is refused, replaced, moved, and noted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select, update

from qa_app.db.types import AnyRow
from qa_app.domain.conversation import Speaker
from qa_app.domain.errors import InvalidInput, NotAllowed, NotFound, Refused
from qa_app.domain.people import Role
from qa_app.models import AuditEntry, Conversation, Evaluation, Transcript
from qa_app.services.evaluations import start_evaluation
from qa_app.services.imports import import_conversations
from qa_app.services.site import Site
from qa_app.services.transcripts import (
    attach_transcript,
    forget_upload,
    keep_upload,
    kept_upload,
    shift_transcript,
)
from tests.factories import (
    make_account,
    make_assignment,
    make_conversation,
    make_evaluation,
    make_person,
    make_specialist,
    publish_form,
)
from tests.factories.grading import acting, actor_for

VTT = b"""WEBVTT

00:01.000 --> 00:02.500
<v Ben>Good morning.

00:03.000 --> 00:04.000
<v Eve>My parcel.
"""


@pytest.fixture
def call(site: Site) -> int:
    """A call of which nobody knows what was said."""
    with site.writing() as ctx:
        person = make_person(ctx, "E1")
        return make_conversation(ctx, person, channel="call", turns=[]).id


def attach(site: Site, conversation_id: int, data: bytes = VTT, **options: object) -> int:
    with site.writing() as ctx:
        return attach_transcript(ctx, conversation_id, data, **options)  # type: ignore[arg-type]


def kept(site: Site, conversation_id: int) -> AnyRow:
    columns = (Transcript.turns, Transcript.format, Transcript.attached_at)
    with site.reading() as ctx:
        statement = select(*columns).where(Transcript.conversation_id == conversation_id)
        return ctx.session.execute(statement).one()


def entries(site: Site, action: str) -> list[dict[str, object]]:
    with site.reading() as ctx:
        found = select(AuditEntry.data).where(AuditEntry.action == action).order_by(AuditEntry.seq)
        return list(ctx.session.scalars(found))


def test_a_transcript_is_attached_with_roles_and_offset(site: Site, call: int) -> None:
    roles = {"Ben": Speaker.CUSTOMER, "Eve": Speaker.AGENT}
    assert attach(site, call, roles=roles, offset_ms=-1500) == 2
    there = kept(site, call)
    assert there.format == "webvtt"
    assert there.attached_at == site.clock.now()
    assert there.turns == [
        {"speaker": "customer", "text": "Good morning.", "from_ms": 0, "to_ms": 1000},
        {"speaker": "agent", "text": "My parcel.", "from_ms": 1500, "to_ms": 2500},
    ]
    with site.reading() as ctx:
        assert ctx.session.get_one(Conversation, call).turn_count == 2
    (entry,) = entries(site, "transcript.attached")
    assert (entry["format"], entry["turns"], entry["offset_ms"]) == ("webvtt", 2, -1500)
    assert entry["replaced"] is None


def test_another_one_replaces_it_only_when_that_is_said(site: Site, call: int) -> None:
    attach(site, call)
    attach(site, call)  # the same again is nothing
    first = entries(site, "transcript.attached")
    assert len(first) == 1
    other = b"Agent: hello\nCustomer: hi\n"
    with pytest.raises(Refused) as refusal:
        attach(site, call, other)
    assert refusal.value.code == "is_there"
    attach(site, call, other, replaces=True)
    assert kept(site, call).format == "text"
    assert entries(site, "transcript.attached")[1]["replaced"] == first[0]["sha256"]


def test_times_are_moved_and_it_is_noted(site: Site, call: int) -> None:
    attach(site, call)
    with site.writing() as ctx:
        shift_transcript(ctx, call, 500)
        shift_transcript(ctx, call, 0)
    assert [turn["from_ms"] for turn in kept(site, call).turns] == [1500, 3500]
    (entry,) = entries(site, "transcript.shifted")
    assert entry["by_ms"] == 500
    with pytest.raises(InvalidInput), site.writing() as ctx:
        shift_transcript(ctx, call, 3_600_001)
    attach(site, call, b"Agent: hello\nCustomer: hi\n", replaces=True)
    with pytest.raises(Refused) as refusal, site.writing() as ctx:
        shift_transcript(ctx, call, 500)
    assert refusal.value.code == "no_times"


def test_an_evaluated_conversation_keeps_its_transcript(site: Site) -> None:
    with site.writing() as ctx:
        conversation = make_conversation(ctx, make_person(ctx, "E1"))
        make_evaluation(ctx, conversation, make_specialist(ctx), publish_form(ctx))
        conversation_id = conversation.id
    for deed in (
        lambda ctx: attach_transcript(ctx, conversation_id, VTT, replaces=True),
        lambda ctx: shift_transcript(ctx, conversation_id, 5),
    ):
        with pytest.raises(Refused), site.writing() as ctx:
            deed(ctx)
    assert len(kept(site, conversation_id).turns) == 4


def test_a_draft_that_names_a_turn_stands_in_the_way(site: Site) -> None:
    with site.writing() as ctx:
        grader = make_specialist(ctx)
        conversation = make_conversation(ctx, make_person(ctx, "E1"))
        assignment = make_assignment(ctx, conversation, grader, publish_form(ctx))
        evaluation_id = start_evaluation(acting(ctx, grader), assignment.id)
        sheet = {"greeting": {"evidence": [{"from_ms": 0, "to_ms": 5}, {"turn": 2}]}}
        ctx.session.execute(
            update(Evaluation).where(Evaluation.id == evaluation_id).values(sheet=sheet)
        )
        conversation_id = conversation.id
    with pytest.raises(Refused) as refusal:
        attach(site, conversation_id, replaces=True)
    assert refusal.value.code == "draft_names_turns"
    assert "greeting (3)" in str(refusal.value)


def test_who_may_not_and_what_is_not_there(site: Site, call: int) -> None:
    with site.writing() as ctx:
        lead = make_account(ctx, Role.MANAGER, "boss")
        with pytest.raises(NotAllowed):
            attach_transcript(acting(ctx, lead), call, VTT)
        with pytest.raises(NotFound):
            attach_transcript(ctx, 987_654_321, VTT)
        with pytest.raises(InvalidInput) as refusal:
            attach_transcript(ctx, call, b"a,b\n1,2\n")
    assert refusal.value.problems[0].code == "unknown_format"


def test_an_upload_belongs_to_its_account_and_conversation(site: Site, call: int) -> None:
    with site.writing() as ctx:
        one, other = (actor_for(make_specialist(ctx, name)) for name in ("one", "other"))
    digest = keep_upload(site, one, call, VTT)
    assert kept_upload(site, one, call, digest) == VTT
    for actor, conversation_id, name in (
        (other, call, digest),
        (one, call + 1, digest),
        (one, call, "0" * 64),
        (one, call, "../secret"),
    ):
        with pytest.raises(InvalidInput):
            kept_upload(site, actor, conversation_id, name)
    forget_upload(site, one, call, digest)
    forget_upload(site, one, call, digest)
    with pytest.raises(InvalidInput):
        kept_upload(site, one, call, digest)


def test_a_changed_row_without_turns_leaves_an_attached_transcript(
    site: Site, tmp_path: Path
) -> None:
    with site.writing() as ctx:
        make_person(ctx, "E1")
    path = tmp_path / "calls.jsonl"
    row = {
        "external_id": "1",
        "channel": "call",
        "agent": "E1",
        "started_at": "2026-11-18T10:00:00+08:00",
    }

    def take(**more: object) -> None:
        path.write_text(json.dumps({**row, **more}))
        with import_conversations(site, path) as report:
            assert list(report.rejected) == []

    take()
    with site.reading() as ctx:
        conversation_id = ctx.session.scalars(select(Conversation.id)).one()
    attach(site, conversation_id)
    take(topic="delivery")
    assert kept(site, conversation_id).format == "webvtt"
    with site.reading() as ctx:
        assert ctx.session.get_one(Conversation, conversation_id).turn_count == 2
    take(topic="delivery", turns=[{"speaker": "agent", "text": "hello"}])
    there = kept(site, conversation_id)
    assert (len(there.turns), there.format, there.attached_at) == (1, None, None)


def test_an_import_takes_any_format_along_and_tells_its_guesses(site: Site, tmp_path: Path) -> None:
    with site.writing() as ctx:
        make_person(ctx, "E1")
    (tmp_path / "1.vtt").write_bytes(VTT)
    (tmp_path / "2.txt").write_bytes(b"nothing of the kind")
    (tmp_path / "3.json").write_text('{"segments": [{"start": "x", "end": 1, "text": "a"}]}')
    start = ",call,E1,2026-11-18T10:00:00+08:00,"
    lines = ["external_id,channel,agent,started_at,transcript"]
    lines += [f"{number}{start}{name}" for number, name in enumerate(("1.vtt", "2.txt", "3.json"))]
    (tmp_path / "calls.csv").write_text("\n".join(lines))
    with import_conversations(site, tmp_path) as answer:
        report = answer.to_dict()
    assert report["created"] == 1
    reasons = [one["reason"] for one in report["rejected"]]
    assert reasons[0].startswith(
        "transcript: This is no known format of a transcript. Tried: turns,"
    )
    assert reasons[1].startswith("transcript: segments[0].start: ")
    assert [one["where"] for one in report["warnings"]] == ["calls.csv:2"]
    assert "Ben = agent (speaks first), Eve = customer" in report["warnings"][0]["reason"]
