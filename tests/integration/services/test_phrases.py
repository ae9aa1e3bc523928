"""Publishing phrase lists and scanning conversations for them, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from qa_app.adapters.clock import FixedClock
from qa_app.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from qa_app.jobs.running import JobLost
from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Job, PhraseHit, PhraseList
from qa_app.models.job import JobState
from qa_app.queries.audit import audit_page
from qa_app.queries.phrases import hits_in, newest_scan, phrase_list, phrase_lists, phrase_versions
from qa_app.security.context import Context
from qa_app.services import phrase_scans
from qa_app.services.imports import import_conversations
from qa_app.services.jobs import cancel_job
from qa_app.services.phrase_scans import run_scan
from qa_app.services.phrases import (
    install_shipped_lists,
    publish_phrase_list,
    retire_phrase_list,
    scan_past_year,
    scan_these,
)
from qa_app.services.site import Site
from tests.factories import make_agent, make_conversation, make_person, make_specialist
from tests.factories.conversations import STARTED
from tests.factories.grading import actor_for

RUDE = """
id: rude
title: {zh: 粗话, en: Rude words}
kind: forbidden
speaker: agent
phrases: [go away, 不归我管]
"""
GREETING = """
id: greeting
title: {zh: 问候, en: Greeting}
kind: required
speaker: agent
within: {first: 1}
phrases: [hello]
"""
MORE = RUDE.replace("go away", "go away, whatever")


def agent_says(*texts: str) -> list[dict[str, str]]:
    return [{"speaker": "agent", "text": text} for text in texts]


def hits(site: Site) -> dict[tuple[int, str], tuple[int, int, int]]:
    """What is kept, by conversation and list."""
    statement = select(
        PhraseHit.conversation_id,
        PhraseList.slug,
        PhraseHit.version,
        PhraseHit.hits,
        PhraseHit.first_turn,
    ).join(PhraseList, PhraseList.id == PhraseHit.list_id)
    with site.reading() as ctx:
        rows = ctx.session.execute(statement).all()
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}


def test_versions_never_change_and_the_same_content_is_the_same_version(site: Site) -> None:
    with site.writing() as ctx:
        first = publish_phrase_list(ctx, RUDE)
        assert publish_phrase_list(ctx, RUDE).id == first.id
        second = publish_phrase_list(ctx, MORE)
        assert (first.version, second.version) == (1, 2)
    with site.reading() as ctx:
        assert phrase_list(ctx, "rude").row.version == 2
        assert len(phrase_list(ctx, "rude", 1).definition.phrases) == 2
        newest, oldest = phrase_versions(ctx, "rude")
        assert newest.changes is not None
        assert [one.text for one in newest.changes.added] == ["whatever"]
        assert oldest.changes is None
    with site.writing() as ctx:
        assert publish_phrase_list(ctx, RUDE).id == first.id
    with site.reading() as ctx:
        assert phrase_list(ctx, "rude").row.version == 1
        deeds = [row.action for row in audit_page(ctx, action="phrases.published")]
        assert len(deeds) == 3
        with pytest.raises(NotFound):
            phrase_list(ctx, "other")


def test_a_wrong_list_is_refused_whole_and_only_specialists_publish(site: Site) -> None:
    with site.writing() as ctx:
        agent = make_agent(ctx)[1]
        with pytest.raises(InvalidInput):
            publish_phrase_list(ctx, RUDE + "language: fr")
    with site.reading(actor_for(agent)) as ctx:
        with pytest.raises(NotAllowed):
            publish_phrase_list(ctx, RUDE)
        with pytest.raises(NotAllowed):
            phrase_lists(ctx)


def test_a_retired_list_finds_nothing_until_it_is_published_again(site: Site) -> None:
    with site.writing() as ctx:
        publish_phrase_list(ctx, RUDE)
        retire_phrase_list(ctx, "rude")
        with pytest.raises(WrongState):
            retire_phrase_list(ctx, "rude")
        with pytest.raises(NotFound):
            retire_phrase_list(ctx, "other")
    with site.reading() as ctx:
        assert hits_in(ctx, agent_says("Go away"), "chat", None).is_empty
    with site.writing() as ctx:
        publish_phrase_list(ctx, RUDE)
    with site.reading() as ctx:
        assert len(hits_in(ctx, agent_says("Go away"), "chat", None).hits) == 1


def test_the_shipped_lists_are_installed_once(site: Site) -> None:
    with site.writing() as ctx:
        assert "forbidden-zh" in install_shipped_lists(ctx)
        assert install_shipped_lists(ctx) == []


def test_publishing_scans_the_past_year_and_a_new_version_again(site: Site) -> None:
    with site.writing() as ctx:
        agent = make_agent(ctx)[0]
        rude = make_conversation(ctx, agent, turns=agent_says("Hello", "GO AWAY, go away")).id
        fine = make_conversation(ctx, agent, turns=agent_says("Hello", "Whatever")).id
        silent = make_conversation(ctx, agent, turns=[]).id
        old = make_conversation(
            ctx, agent, turns=agent_says("go away"), started_at=STARTED - timedelta(days=400)
        ).id
        publish_phrase_list(ctx, RUDE)
        publish_phrase_list(ctx, GREETING)
        assert ctx.session.scalar(select(func.count()).select_from(Job)) == 1
    run_pending_jobs(site)
    assert hits(site) == {(rude, "rude"): (1, 2, 1)}
    with site.reading() as ctx:
        scan = newest_scan(ctx)
        assert scan is not None
        assert (scan.state, scan.result) == (JobState.DONE, {"conversations": 3, "found": 1})
        assert [one.conversations_lately for one in phrase_lists(ctx)] == [1, 0]
    with site.writing() as ctx:
        publish_phrase_list(ctx, MORE)
        unfriendly = make_conversation(ctx, agent, turns=agent_says("Yes?")).id
    run_pending_jobs(site)
    assert hits(site) == {
        (rude, "rude"): (2, 2, 1),
        (fine, "rude"): (2, 1, 1),
        (unfriendly, "greeting"): (1, 1, 0),
    }
    assert silent
    assert old
    with site.writing() as ctx:
        retire_phrase_list(ctx, "rude")
        scan_past_year(ctx)
    run_pending_jobs(site)
    assert hits(site) == {(unfriendly, "greeting"): (1, 1, 0)}


class StopsAfter:
    """A watch that stops a scan, as a killed worker or a cancelled job does."""

    def __init__(self, batches: int) -> None:
        self.left = batches
        self.place: dict[str, object] = {}

    def progress(self, done: int, total: int | None = None) -> None:
        assert total is None or done <= total

    def keep_place(self, _ctx: Context, **place: object) -> None:
        if self.left == 0:
            raise JobLost
        self.left -= 1
        self.place = place


def test_a_scan_that_was_stopped_goes_on_behind_its_last_batch(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrase_scans, "AT_ONCE", 2)
    with site.writing() as ctx:
        agent = make_agent(ctx)[0]
        made = [make_conversation(ctx, agent, turns=agent_says("Go away")).id for _ in range(7)]
        publish_phrase_list(ctx, RUDE)
    payload = {"since": "2026-01-01"}
    watch = StopsAfter(2)
    with pytest.raises(JobLost):
        run_scan(site, 1, payload, watch)
    assert [key[0] for key in sorted(hits(site))] == made[:4]
    again = run_scan(site, 1, {**payload, **watch.place}, StopsAfter(99))
    assert again == {"conversations": 7, "found": 7}
    before = hits(site)
    assert [key[0] for key in sorted(before)] == made
    run_scan(site, 1, payload, StopsAfter(99))
    assert hits(site) == before


def test_a_list_published_in_the_middle_counts_for_the_batch_at_hand(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.writing() as ctx:
        one = make_conversation(ctx, make_agent(ctx)[0], turns=agent_says("Whatever")).id
        publish_phrase_list(ctx, RUDE)
    real, asked = phrase_scans.conversations_to_scan, []

    def and_then_publish(*args, **kwargs):  # type: ignore[no-untyped-def]
        rows = real(*args, **kwargs)
        if not asked:
            asked.append(1)
            if not site.database.is_sqlite:
                with site.writing() as ctx:
                    publish_phrase_list(ctx, MORE)
        return rows

    if site.database.is_sqlite:
        pytest.skip("a reader's snapshot and a writer in one thread: PostgreSQL only")
    monkeypatch.setattr(phrase_scans, "conversations_to_scan", and_then_publish)
    run_scan(site, 1, {"since": "2026-01-01"}, StopsAfter(99))
    assert hits(site) == {(one, "rude"): (2, 1, 0)}


def test_a_scan_that_is_cancelled_stops(site: Site) -> None:
    with site.writing() as ctx:
        make_conversation(ctx, make_agent(ctx)[0], turns=agent_says("go away"))
        publish_phrase_list(ctx, RUDE)
    with site.writing() as ctx:
        cancel_job(ctx, scan_past_year(ctx))
    run_pending_jobs(site)
    assert hits(site) == {}


def test_what_an_import_brings_is_scanned_half_a_minute_later(
    site: Site, clock: FixedClock, tmp_path: Path
) -> None:
    with site.writing() as ctx:
        make_person(ctx, employee_no="E-1")
        publish_phrase_list(ctx, RUDE)
    run_pending_jobs(site)
    said = '"turns": [{"speaker": "agent", "text": "Go away"}]'
    rest = f'"agent": "E-1", "started_at": "2026-11-19T10:00:00+08:00", "duration_s": 60, {said}'
    lines = [f'{{"external_id": "{number}", "channel": "chat", {rest}}}' for number in range(3)]
    file = tmp_path / "chats.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    with import_conversations(site, file) as report:
        assert report.counts.created == 3
    run_pending_jobs(site)
    assert hits(site) == {}
    clock.advance(seconds=31)
    run_pending_jobs(site)
    assert len(hits(site)) == 3


def test_named_conversations_are_scanned_when_their_words_change(site: Site) -> None:
    with site.writing() as ctx:
        specialist = make_specialist(ctx)
        one = make_conversation(ctx, make_agent(ctx)[0], turns=agent_says("go away")).id
        scan_these(ctx, [one])
        assert ctx.session.scalar(select(func.count()).select_from(Job)) == 0
        publish_phrase_list(ctx, RUDE)
    run_pending_jobs(site)
    with site.writing(actor_for(specialist)) as ctx:
        scan_these(ctx, [one])
    run_pending_jobs(site)
    assert hits(site) == {(one, "rude"): (1, 1, 0)}
