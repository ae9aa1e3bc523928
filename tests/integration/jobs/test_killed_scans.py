"""Workers killed in the middle of a scan for phrases or of a masked version: it ends the same."""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from qa_app.adapters.clock import SystemClock
from qa_app.domain.sound_masks import digest_of
from qa_app.models import Conversation, Job, MaskedSound, PhraseHit, Recording, Transcript
from qa_app.models.job import JobState
from qa_app.models.sound_mask import MaskedSoundState
from qa_app.queries.audit import audit_page, first_broken_entry
from qa_app.services.phrases import publish_phrase_list
from qa_app.services.site import Site
from qa_app.services.sound_masks import mask_sound
from tests.factories import make_conversation, make_person
from tests.factories.recordings import make_call, prepare_all, store_mp3
from tests.integration.jobs.test_killed_worker import worker

RUDE = """
id: rude
title: {zh: 粗话, en: Rude words}
kind: forbidden
speaker: any
phrases: [go away]
"""
TALKS, DELAYS_S = 1600, (0.02, 0.15, 0.4)


def left(site: Site, kind: str, *states: JobState) -> int:
    with site.reading() as ctx:
        found = select(func.count()).where(Job.kind == kind, Job.state.in_(states))
        return ctx.session.execute(found).scalar_one()


def wait_until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def killed_until_done(site: Site, kind: str) -> int:
    """Run workers, each killed a moment after it began, and the last one to the end; how many."""
    for number in itertools.count():
        with site.writing() as ctx:  # as the sweeper would, without waiting for hours
            unfinished = update(Job).where(Job.state != JobState.DONE)
            ctx.session.execute(unfinished.values(attempts=0))
            lost = unfinished.where(Job.state == JobState.RUNNING)
            ctx.session.execute(lost.values(lease_until=ctx.clock.now() - timedelta(seconds=1)))
        with worker(site) as process:
            if number < len(DELAYS_S):
                wait_until(lambda: left(site, kind, JobState.RUNNING) > 0)
                time.sleep(DELAYS_S[number])
                process.send_signal(signal.SIGKILL)
                process.wait()
                continue
            wait_until(lambda: left(site, kind, *JobState) == left(site, kind, JobState.DONE))
            return number
    raise AssertionError


def test_a_scan_for_phrases_ends_the_same(site: Site) -> None:
    site.clock = SystemClock()
    with site.writing() as ctx:
        person = make_person(ctx, "E1")
        first = make_conversation(ctx, person, external_id="first", turns=[])
        like = {
            column.name: getattr(first, column.name)
            for column in Conversation.__table__.columns
            if column.name not in ("id", "external_id")
        }
        made = ctx.session.scalars(
            insert(Conversation).returning(Conversation.id, sort_by_parameter_order=True),
            [{**like, "external_id": f"c{n}", "local_date": ctx.today} for n in range(TALKS)],
        ).all()
        said: list[dict[str, Any]] = [
            {
                "conversation_id": one,
                "turns": [{"speaker": "agent", "text": "go away" if one % 3 else "hello"}] * 20,
                "format": "turns",
            }
            for one in made
        ]
        ctx.session.execute(insert(Transcript), said)
        publish_phrase_list(ctx, RUDE)
    killed_until_done(site, "scan_phrases")
    with site.reading() as ctx:
        found = ctx.session.execute(select(PhraseHit.conversation_id, PhraseHit.hits)).all()
        assert sorted(found) == [(one, 20) for one in sorted(made) if one % 3]
        (scan,) = ctx.session.scalars(select(Job).where(Job.kind == "scan_phrases"))
        assert scan.result is not None
        assert scan.result["found"] == len(found)
        assert len(audit_page(ctx, action="phrases.scanned")) == 1
        assert first_broken_entry(ctx) is None


def test_a_masked_version_is_made_once(site: Site, tmp_path: Path) -> None:
    stored = store_mp3(site, tmp_path, seconds=60)
    with site.writing() as ctx:
        call = make_call(ctx, make_person(ctx, "E1"), stored, turns=[]).id
    prepare_all(site)
    site.clock = SystemClock()
    with site.writing() as ctx:
        mask_sound(ctx, call, 10_000, 20_000, reason="A name.")
    killed_until_done(site, "mask_sound")
    with site.reading() as ctx:
        made = ctx.session.get_one(MaskedSound, call)
        sha256 = ctx.session.scalars(select(Recording.sha256)).one()
        assert made.state is MaskedSoundState.READY
        assert made.digest == digest_of(sha256, [(10_000, 20_000)])
        assert made.playback_key is not None
        content = b"".join(site.store.open_range(made.playback_key, 0, made.playback_size or 0))
        assert len(content) == made.playback_size
        assert len(audit_page(ctx, action="sound.masked_version")) == 1
        assert first_broken_entry(ctx) is None
