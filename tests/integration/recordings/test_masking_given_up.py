"""A masked version whose making was given up says so, and can be tried again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from qa_app.adapters.clock import FixedClock
from qa_app.models import Account, Job, MaskedSound
from qa_app.models.sound_mask import MaskedSoundState
from qa_app.queries.audit import audit_page
from qa_app.services import masked_sounds
from qa_app.services.job_endings import MASK_SOUND
from qa_app.services.jobs import bury_lost_jobs, cancel_job, claim_job, retry_job
from qa_app.services.site import Site
from qa_app.services.sound_masks import mask_sound, refresh_masks
from tests.factories import make_person, make_specialist
from tests.factories.grading import acting
from tests.factories.recordings import make_call, prepare_all, store_mp3
from tests.infrastructure.sites import SignIn

WHY = "The customer says a number."
BROKEN = (MaskedSoundState.BROKEN, "failed")
WAITING = (MaskedSoundState.WAITING, None)
READY = (MaskedSoundState.READY, None)


class Call:
    """A call with a span that was just hidden; the job that makes the rest of it waits."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        stored = store_mp3(site, folder, seconds=2)
        with site.writing() as ctx:
            self.reader: Account = make_specialist(ctx)
            self.id = make_call(ctx, make_person(ctx), stored, turns=[]).id
        prepare_all(site)
        self.hide(0, 500)

    def hide(self, begin: int, end: int) -> None:
        with self.site.writing() as ctx:
            mask_sound(acting(ctx, self.reader), self.id, begin, end, reason=WHY)

    def state(self) -> tuple[MaskedSoundState, str | None]:
        with self.site.reading() as ctx:
            row = ctx.session.execute(select(MaskedSound.state, MaskedSound.problem)).one()
        return row.state, row.problem

    def job(self) -> int:
        with self.site.reading() as ctx:
            ids = select(Job.id).where(Job.kind == MASK_SOUND).order_by(Job.id.desc())
            return int(ctx.session.scalars(ids).first() or 0)

    def try_until_given_up(self, clock: FixedClock) -> None:
        for _ in range(3):
            prepare_all(self.site)
            assert self.state() == WAITING
            clock.advance(seconds=700)
        prepare_all(self.site)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def no_space(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(masked_sounds, "make_masked", no_space)
    return monkeypatch


def test_it_says_in_words_that_it_failed_and_is_made_when_it_is_tried_again(
    site: Site,
    client: FlaskClient,
    sign_in: SignIn,
    clock: FixedClock,
    tmp_path: Path,
    full_disk: pytest.MonkeyPatch,
) -> None:
    call = Call(site, tmp_path)
    call.try_until_given_up(clock)
    assert call.state() == BROKEN
    with site.reading() as ctx:
        (entry,) = audit_page(ctx, action="sound.masking_failed")
        assert entry.subject_id == str(call.id)
    sign_in(client, call.reader)
    words = "The version without the hidden spans could not be made. The job can be tried again."
    told = client.get(f"/conversations/{call.id}/player").get_json()
    assert (told["state"], told["reason"]) == ("broken", words)
    answer = client.get(f"/conversations/{call.id}/sound")
    assert answer.status_code == 409
    assert words in answer.get_json()["error"]["message"]
    full_disk.undo()
    with site.writing() as ctx:
        retry_job(ctx, call.job())
    assert call.state() == WAITING
    prepare_all(site)
    assert call.state() == READY


def test_it_is_tried_again_when_the_spans_are_looked_at_again(
    site: Site, clock: FixedClock, tmp_path: Path, full_disk: pytest.MonkeyPatch
) -> None:
    call = Call(site, tmp_path)
    call.try_until_given_up(clock)
    full_disk.undo()
    with site.writing() as ctx:
        refresh_masks(ctx, call.id)
    prepare_all(site)
    assert call.state() == READY


def test_a_cancelled_one_and_one_whose_worker_was_lost_say_so_too(
    site: Site, clock: FixedClock, tmp_path: Path
) -> None:
    call = Call(site, tmp_path)
    with site.writing() as ctx:
        cancel_job(ctx, call.job())
    assert call.state() == BROKEN
    with site.writing() as ctx:
        retry_job(ctx, call.job())
    for attempt in range(4):
        with site.writing() as ctx:
            claim_job(ctx, call.job(), token=f"dies:{attempt}", lease=timedelta(seconds=60))
        clock.advance(seconds=120)
    with site.writing() as ctx:
        bury_lost_jobs(ctx)
    assert call.state() == BROKEN


def test_one_that_is_given_up_leaves_the_newer_one_alone(site: Site, tmp_path: Path) -> None:
    call = Call(site, tmp_path)
    first = call.job()
    with site.writing() as ctx:
        claim_job(ctx, first, token="slow", lease=timedelta(seconds=60))
    call.hide(1000, 1500)
    assert call.job() != first
    with site.writing() as ctx:
        cancel_job(ctx, first)
    assert call.state() == WAITING
    prepare_all(site)
    assert call.state() == READY
