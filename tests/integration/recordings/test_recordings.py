"""From a sound file to what a browser plays: one row for the same bytes, jobs that survive."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from qa_app.adapters import audio_peaks
from qa_app.adapters.audio import probe
from qa_app.adapters.clock import FixedClock
from qa_app.adapters.recordings_s3 import S3Recordings
from qa_app.domain.errors import NotAllowed, NotFound, Refused
from qa_app.jobs.running import JobLost
from qa_app.models import AuditEntry, Conversation, Job, Recording
from qa_app.models.job import JobState
from qa_app.models.recording import RecordingState
from qa_app.security.context import Context
from qa_app.services.jobs import claim_job
from qa_app.services.recording_preparation import prepare_recording
from qa_app.services.recordings import attach_recording, register_sound
from qa_app.services.site import Site
from tests.factories import make_agent, make_conversation, make_evaluation, make_specialist
from tests.factories.grading import acting, publish_form
from tests.factories.recordings import prepare_all, store_mp3, store_wave
from tests.infrastructure.s3 import S3Server


def row_of(site: Site, recording_id: int) -> Recording:
    with site.reading() as ctx:
        row = ctx.session.get(Recording, recording_id)
        assert row is not None
        ctx.session.expunge(row)
        return row


def registered(site: Site, stored: object) -> int:
    with site.writing() as ctx:
        return register_sound(ctx, stored)  # type: ignore[arg-type]


def never_lost(_ctx: Context) -> None:
    return None


def silent(_done: int, _total: int) -> None:
    return None


def test_the_same_bytes_are_one_recording_and_one_job(site: Site, tmp_path: Path) -> None:
    stored = store_mp3(site, tmp_path)
    assert registered(site, stored) == registered(site, stored)
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Recording)) == 1
        assert ctx.session.scalar(select(func.count()).select_from(Job)) == 1
    prepare_all(site)
    registered(site, stored)
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Job)) == 1


def test_an_mp3_that_calls_itself_wav_becomes_opus_that_seeks(site: Site, tmp_path: Path) -> None:
    recording_id = registered(site, store_mp3(site, tmp_path))
    prepare_all(site)
    row = row_of(site, recording_id)
    assert (row.state, row.container, row.codec) == (RecordingState.READY, "mp3", "mp3")
    assert row.playback_mime == "audio/webm"
    assert row.playback_key
    assert row.playback_size == site.store.size(row.playback_key)
    with site.store.local(row.playback_key) as path:
        played = probe(path)
    waveform = audio_peaks.decode(site.store.read(row.peaks_key or ""))
    assert (played.container, played.codec) == ("matroska", "opus")
    assert abs(played.duration_ms - waveform.duration_ms) <= 60
    assert row.duration_ms == waveform.duration_ms
    assert row.facts
    assert len(row.facts["lanes"]) == 2


def test_plain_sound_is_played_as_it_came(site: Site, tmp_path: Path) -> None:
    stored = store_wave(site, tmp_path)
    recording_id = registered(site, stored)
    prepare_all(site)
    row = row_of(site, recording_id)
    assert (row.state, row.playback_key, row.playback_mime) == (
        RecordingState.READY,
        stored.key,
        "audio/wav",
    )
    assert row.duration_ms == 4000


@pytest.mark.parametrize(
    ("content", "problem"), [(b"", "empty"), (b"<html>hello</html>" * 50, "not_sound")]
)
def test_what_is_no_sound_is_broken_and_says_why(site: Site, content: bytes, problem: str) -> None:
    recording_id = registered(site, site.store.put(BytesIO(content)))
    prepare_all(site)
    row = row_of(site, recording_id)
    assert (row.state, row.problem, row.playback_key) == (RecordingState.BROKEN, problem, None)
    with site.reading() as ctx:
        job = ctx.session.execute(select(Job.state, Job.result)).one()
    assert job.state is JobState.DONE
    assert job.result == {"state": "broken", "problem": problem}


def test_a_sound_that_the_store_lost_is_mended_by_taking_it_in_again(
    site: Site, tmp_path: Path
) -> None:
    stored = store_mp3(site, tmp_path)
    recording_id = registered(site, stored)
    site.store.delete(stored.key)
    prepare_all(site)
    assert row_of(site, recording_id).problem == "missing"
    assert registered(site, store_mp3(site, tmp_path)) == recording_id
    prepare_all(site)
    assert row_of(site, recording_id).state is RecordingState.READY


def test_preparing_twice_ends_as_once(site: Site, tmp_path: Path) -> None:
    recording_id = registered(site, store_mp3(site, tmp_path))
    first = prepare_recording(site, recording_id, progress=silent, hold=never_lost)
    after_first = row_of(site, recording_id)
    second = prepare_recording(site, recording_id, progress=silent, hold=never_lost)
    assert (first["state"], second["state"]) == ("ready", "ready")
    assert row_of(site, recording_id).processed_at == after_first.processed_at
    with site.reading() as ctx:
        entries = select(func.count()).where(AuditEntry.action == "recording.ready")
        assert ctx.session.scalar(entries) == 1


def test_a_worker_that_lost_its_job_publishes_nothing(site: Site, tmp_path: Path) -> None:
    recording_id = registered(site, store_mp3(site, tmp_path))

    def lost(_ctx: Context) -> None:
        raise JobLost

    with pytest.raises(JobLost):
        prepare_recording(site, recording_id, progress=silent, hold=lost)
    assert row_of(site, recording_id).state is RecordingState.STORED
    prepare_all(site)
    assert row_of(site, recording_id).state is RecordingState.READY


def test_a_killed_workers_recording_is_prepared_by_the_next(
    site: Site, clock: FixedClock, tmp_path: Path
) -> None:
    recording_id = registered(site, store_mp3(site, tmp_path))
    with site.writing() as ctx:
        job_id = ctx.session.execute(select(Job.id)).scalar_one()
        assert claim_job(ctx, job_id, token="dead", lease=timedelta(seconds=60)) is not None

    def killed(_ctx: Context) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):  # with everything stored and nothing published
        prepare_recording(site, recording_id, progress=silent, hold=killed)
    prepare_all(site)
    assert row_of(site, recording_id).state is RecordingState.STORED
    clock.advance(seconds=61)
    prepare_all(site)
    assert row_of(site, recording_id).state is RecordingState.READY
    with site.reading() as ctx:
        assert ctx.session.execute(select(Job.state, Job.attempts)).one() == (JobState.DONE, 2)


def test_a_recording_that_there_is_not_cannot_be_prepared(sqlite_site: Site) -> None:
    with pytest.raises(NotFound):
        prepare_recording(sqlite_site, 4711, progress=silent, hold=never_lost)


def test_another_sound_is_refused_once_the_conversation_is_evaluated(
    site: Site, tmp_path: Path
) -> None:
    first, other = store_mp3(site, tmp_path), store_wave(site, tmp_path)
    with site.writing() as ctx:
        agent, _account = make_agent(ctx)
        chat = make_conversation(ctx, agent)
        grader = make_specialist(ctx)
        form = publish_form(ctx)
        recording_id = attach_recording(ctx, chat.id, first)
        assert attach_recording(ctx, chat.id, first) == recording_id
        make_evaluation(ctx, chat, grader, form)
        assert attach_recording(ctx, chat.id, first) == recording_id
        chat_id = chat.id
    with pytest.raises(Refused), site.writing() as ctx:
        attach_recording(ctx, chat_id, other)
    with site.reading() as ctx:
        statement = select(Conversation.recording_id).where(Conversation.id == chat_id)
        assert ctx.session.scalar(statement) == recording_id


def test_whoever_may_not_import_registers_nothing(site: Site, tmp_path: Path) -> None:
    stored = store_wave(site, tmp_path)
    with site.writing() as ctx:
        _agent, account = make_agent(ctx)
        with pytest.raises(NotAllowed):
            register_sound(acting(ctx, account), stored)


def test_recordings_in_an_s3_store_are_prepared_and_read_in_parts(
    site: Site, tmp_path: Path, s3_server: S3Server
) -> None:
    site._store = S3Recordings(s3_server.bucket, tmp_path.name[:40], access=s3_server.environment)
    recording_id = registered(site, store_mp3(site, tmp_path))
    prepare_all(site)
    row = row_of(site, recording_id)
    assert row.state is RecordingState.READY
    assert row.playback_key
    whole = site.store.read(row.playback_key)
    assert len(whole) == row.playback_size
    assert b"".join(site.store.open_range(row.playback_key, 100, 200)) == whole[100:200]
