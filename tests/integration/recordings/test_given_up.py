"""A recording whose preparation was given up says so, and can be tried again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from qa_app.adapters.clock import FixedClock
from qa_app.models import AuditEntry, Job, Recording
from qa_app.models.recording import RecordingState
from qa_app.services import recording_preparation
from qa_app.services.jobs import bury_lost_jobs, cancel_job, claim_job, retry_job
from qa_app.services.recordings import register_sound
from qa_app.services.site import Site
from tests.factories.recordings import prepare_all, store_wave


def state_of(site: Site) -> tuple[RecordingState, str | None]:
    with site.reading() as ctx:
        row = ctx.session.execute(select(Recording.state, Recording.problem)).one()
    return row.state, row.problem


def registered(site: Site, tmp_path: Path) -> int:
    """The id of the job that is to prepare a sound."""
    stored = store_wave(site, tmp_path)
    with site.writing() as ctx:
        register_sound(ctx, stored)
        return int(ctx.session.execute(select(Job.id)).scalar_one())


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def no_space(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(recording_preparation, "peaks", no_space)
    return monkeypatch


def try_until_given_up(site: Site, clock: FixedClock) -> None:
    for _ in range(3):
        prepare_all(site)
        assert state_of(site) == (RecordingState.STORED, None)
        clock.advance(seconds=700)
    prepare_all(site)


def test_after_the_last_attempt_a_recording_says_that_it_failed_and_can_be_tried_again(
    site: Site, clock: FixedClock, tmp_path: Path, full_disk: pytest.MonkeyPatch
) -> None:
    job_id = registered(site, tmp_path)
    try_until_given_up(site, clock)
    assert state_of(site) == (RecordingState.BROKEN, "failed")
    with site.reading() as ctx:
        statement = select(AuditEntry.action).where(AuditEntry.action == "recording.broken")
        assert ctx.session.scalars(statement).all() == ["recording.broken"]
    full_disk.undo()
    with site.writing() as ctx:
        retry_job(ctx, job_id)
    assert state_of(site) == (RecordingState.STORED, None)
    prepare_all(site)
    assert state_of(site) == (RecordingState.READY, None)


def test_the_same_sound_taken_in_again_is_tried_again(
    site: Site, clock: FixedClock, tmp_path: Path, full_disk: pytest.MonkeyPatch
) -> None:
    registered(site, tmp_path)
    try_until_given_up(site, clock)
    full_disk.undo()
    stored = store_wave(site, tmp_path)
    with site.writing() as ctx:
        register_sound(ctx, stored)
    prepare_all(site)
    assert state_of(site) == (RecordingState.READY, None)


def test_a_sound_that_kills_its_worker_each_time_is_given_up(
    site: Site, clock: FixedClock, tmp_path: Path
) -> None:
    job_id = registered(site, tmp_path)
    for attempt in range(4):
        with site.writing() as ctx:
            lease = timedelta(seconds=60)
            assert claim_job(ctx, job_id, token=f"dead{attempt}", lease=lease) is not None
        clock.advance(seconds=61)
    with site.writing() as ctx:
        bury_lost_jobs(ctx)
    assert state_of(site) == (RecordingState.BROKEN, "failed")


def test_a_cancelled_preparation_is_no_longer_waited_for(site: Site, tmp_path: Path) -> None:
    job_id = registered(site, tmp_path)
    with site.writing() as ctx:
        cancel_job(ctx, job_id)
    assert state_of(site) == (RecordingState.BROKEN, "failed")
    with site.writing() as ctx:
        retry_job(ctx, job_id)
    prepare_all(site)
    assert state_of(site) == (RecordingState.READY, None)
