"""Sounds that were there before there were masks are looked through after an upgrade."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from qa_app.adapters.clock import FixedClock
from qa_app.domain.sound_masks import RULES
from qa_app.jobs.running import JobLost
from qa_app.jobs.worker import look_through_sounds, run_pending_jobs
from qa_app.models import Conversation, Job, MaskedSound, SiteSetting, SoundMask
from qa_app.models.job import JobState
from qa_app.models.recording import RecordingState
from qa_app.queries.audit import audit_page
from qa_app.queries.recordings import sound_of
from qa_app.queries.sound_mask_scans import LOOK_THROUGH, MARKER
from qa_app.queries.sound_masks import MASKED, Heard, sound_for
from qa_app.security.context import Context
from qa_app.services import sound_mask_scans
from qa_app.services.jobs import cancel_job
from qa_app.services.listening import unmask_conversation
from qa_app.services.site import Site
from qa_app.services.sound_mask_scans import look_through
from qa_app.services.sound_masks import mask_sound
from tests.factories import make_person, make_specialist
from tests.factories.grading import actor_for
from tests.factories.recordings import make_call, prepare_all, store_mp3

PHONE = [{"speaker": "customer", "text": "13800138000", "from_ms": 500, "to_ms": 1500}]
NOTHING = [{"speaker": "agent", "text": "您好", "from_ms": 0, "to_ms": 900}]
WHY = "The customer asked to be called back."
OLDER = RULES - 1


class Upgraded:
    """Calls with sound, as they are on a site from before there were masks."""

    def __init__(self, site: Site, folder: Path, *calls: list[dict[str, object]]) -> None:
        self.site = site
        stored = store_mp3(site, folder, seconds=2)
        with site.writing() as ctx:
            agent = make_person(ctx)
            self.ids = [make_call(ctx, agent, stored, turns=turns).id for turns in calls]
            self.reader = actor_for(make_specialist(ctx))
        prepare_all(site)
        self.forget()

    def forget(self, rules: int | None = None) -> None:
        with self.site.writing() as ctx:
            for table in (MaskedSound, SoundMask, SiteSetting, Job):
                ctx.session.execute(delete(table))
            ctx.session.execute(update(Conversation).values(mask_rules=rules))

    def hears(self, conversation_id: int) -> Heard:
        with self.site.reading(self.reader) as ctx:
            return sound_for(ctx, conversation_id, sound_of(ctx, conversation_id))

    def states(self) -> list[tuple[RecordingState, str]]:
        return [(heard.state, heard.version) for heard in map(self.hears, self.ids)]

    def jobs(self) -> list[JobState]:
        with self.site.reading() as ctx:
            statement = select(Job.state).where(Job.kind == LOOK_THROUGH).order_by(Job.id)
            return list(ctx.session.scalars(statement))

    def rules(self) -> list[int | None]:
        with self.site.reading() as ctx:
            return list(ctx.session.scalars(select(Conversation.mask_rules).order_by("id")))

    def marker(self) -> object:
        with self.site.reading() as ctx:
            return ctx.session.scalar(select(SiteSetting.value).where(SiteSetting.name == MARKER))


WAITS = (RecordingState.STORED, MASKED)
ORIGINAL = (RecordingState.READY, "")
HIDDEN = (RecordingState.READY, MASKED)


def test_nobody_hears_a_sound_that_was_not_looked_through_and_then_what_it_comes_to(
    site: Site, tmp_path: Path
) -> None:
    upgraded = Upgraded(site, tmp_path, PHONE, NOTHING, [])
    assert upgraded.states() == [WAITS, WAITS, ORIGINAL]
    assert look_through_sounds(site) is not None
    assert look_through_sounds(site) is None
    run_pending_jobs(site)
    assert upgraded.states() == [HIDDEN, ORIGINAL, ORIGINAL]
    assert upgraded.jobs() == [JobState.DONE]
    assert upgraded.marker() == RULES
    assert upgraded.rules() == [RULES, RULES, None]
    with site.reading() as ctx:
        (entry,) = audit_page(ctx, action="sound.looked_through")
    assert entry.data == {"rules": RULES, "conversations": 2, "masked": 1}
    assert look_through_sounds(site) is None


def test_whoever_gives_a_reason_hears_the_original_before(site: Site, tmp_path: Path) -> None:
    upgraded = Upgraded(site, tmp_path, PHONE)
    with site.writing(upgraded.reader) as ctx:
        unmask_conversation(ctx, upgraded.ids[0], reason=WHY)
    assert upgraded.hears(upgraded.ids[0]).version == "unmasked"


def test_a_span_hidden_by_hand_does_not_let_the_rest_be_heard(site: Site, tmp_path: Path) -> None:
    upgraded = Upgraded(site, tmp_path, PHONE)
    with site.writing(upgraded.reader) as ctx:
        mask_sound(ctx, upgraded.ids[0], 1700, 1900, reason=WHY)
    run_pending_jobs(site)
    assert upgraded.states() == [WAITS]
    look_through_sounds(site)
    run_pending_jobs(site)
    assert upgraded.states() == [HIDDEN]
    with site.reading() as ctx:
        assert len(ctx.session.scalars(select(SoundMask.id)).all()) == 2


def test_after_a_change_of_the_rules_sounds_are_heard_as_before_until_they_are_looked_through(
    site: Site, tmp_path: Path
) -> None:
    upgraded = Upgraded(site, tmp_path, PHONE, NOTHING)
    upgraded.forget(rules=OLDER)
    assert upgraded.states() == [ORIGINAL, ORIGINAL]
    look_through_sounds(site)
    run_pending_jobs(site)
    assert upgraded.states() == [HIDDEN, ORIGINAL]
    assert upgraded.rules() == [RULES, RULES]


def test_what_the_rules_no_longer_find_is_heard_again(site: Site, tmp_path: Path) -> None:
    upgraded = Upgraded(site, tmp_path, NOTHING)
    with site.writing() as ctx:
        ctx.session.execute(update(Conversation).values(mask_rules=OLDER))
        row = {"from_ms": 0, "to_ms": 500, "origin": "transcript", "created_at": ctx.clock.now()}
        ctx.session.add(SoundMask(conversation_id=upgraded.ids[0], **row))
    look_through_sounds(site)
    run_pending_jobs(site)
    with site.reading() as ctx:
        assert ctx.session.scalars(select(SoundMask.removed_at)).one() is not None
    assert upgraded.states() == [ORIGINAL]


def test_a_site_with_nothing_to_look_at_gets_no_job(site: Site, tmp_path: Path) -> None:
    assert look_through_sounds(site) is None
    with site.reading() as ctx:
        assert ctx.session.scalars(select(Job.id)).all() == []
        assert audit_page(ctx, action="sound.looked_through") == []
    upgraded = Upgraded(site, tmp_path, [])
    assert look_through_sounds(site) is None
    assert upgraded.marker() == RULES


def test_one_that_was_cancelled_is_asked_for_again(site: Site, tmp_path: Path) -> None:
    upgraded = Upgraded(site, tmp_path, PHONE)
    first = look_through_sounds(site)
    assert first is not None
    with site.writing() as ctx:
        cancel_job(ctx, first)
    assert look_through_sounds(site) not in (None, first)
    run_pending_jobs(site)
    assert upgraded.jobs() == [JobState.CANCELLED, JobState.DONE]


class Killed:
    """A job that dies after its first batch, and keeps its place as the real one does."""

    def __init__(self) -> None:
        self.payload: dict[str, object] = {"rules": RULES}
        self.told: list[tuple[int, int | None]] = []

    def progress(self, done: int, total: int | None = None) -> None:
        self.told.append((done, total))
        if len(self.told) == 1:
            raise JobLost

    def keep_place(self, ctx: Context, **place: object) -> None:  # noqa: ARG002 - as the real one
        self.payload.update(place)


def test_a_killed_one_goes_on_behind_the_last_batch(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    upgraded = Upgraded(site, tmp_path, PHONE, NOTHING, NOTHING)
    monkeypatch.setattr(sound_mask_scans, "AT_ONCE", 2)
    job = Killed()
    with pytest.raises(JobLost):
        look_through(site, 1, job.payload, job)
    assert upgraded.rules() == [None, RULES, RULES]
    assert look_through(site, 1, job.payload, job) == {"conversations": 3, "masked": 1}
    assert job.told == [(2, 3), (3, 3)]
    clock.advance(seconds=1)
    run_pending_jobs(site)
    assert upgraded.states() == [HIDDEN, ORIGINAL, ORIGINAL]
