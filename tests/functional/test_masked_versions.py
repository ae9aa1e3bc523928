"""Masked versions wherever the sound comes from and lies, and what becomes of old ones."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from qa_app.adapters.audio_masking import make_masked
from qa_app.adapters.clock import FixedClock
from qa_app.adapters.recordings_s3 import S3Recordings
from qa_app.domain.errors import InvalidInput
from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Account, Conversation, MaskedSound
from qa_app.models.sound_mask import MaskedSoundState
from qa_app.services import masked_sounds
from qa_app.services.imports import import_conversations
from qa_app.services.masked_sound_sweeps import STILL_OPEN, forget_masked
from qa_app.services.masked_sounds import make_masked_sound
from qa_app.services.site import Site
from qa_app.services.sound_masks import mask_sound, unmask_span
from qa_app.services.transcripts import KEPT_FOR, forget_upload, keep_upload, kept_upload
from tests.factories import make_assignment, make_person, make_specialist, publish_form
from tests.factories.grading import acting, actor_for
from tests.factories.recordings import make_call, prepare_all, store_mp3
from tests.functional.test_masked_sound import HIDDEN, PHONE, is_silent, loudness
from tests.infrastructure.s3 import S3Server
from tests.infrastructure.sites import SignIn

WHY = "The customer says a number."


class Call:
    """A call without words whose sound is ready, and a specialist who hears it."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        stored = store_mp3(site, folder)
        with site.writing() as ctx:
            self.reader: Account = make_specialist(ctx)
            self.agent = make_person(ctx, "E1")
            call = make_call(ctx, self.agent, stored, turns=[])
            self.id, self.sha256 = call.id, stored.sha256
            form = publish_form(ctx)
            self.assignment_id = make_assignment(ctx, call, self.reader, form).id
        prepare_all(site)

    def hide(self, begin: int, end: int) -> int:
        with self.site.writing() as ctx:
            doing = acting(ctx, self.reader)
            return mask_sound(doing, self.id, begin, end, reason=WHY)

    def show(self, mask_id: int) -> None:
        with self.site.writing() as ctx:
            unmask_span(acting(ctx, self.reader), mask_id, reason=WHY)

    def masked(self) -> MaskedSound:
        with self.site.reading() as ctx:
            row = ctx.session.get_one(MaskedSound, self.id)
            ctx.session.expunge(row)
            return row

    def keys(self) -> list[str]:
        row = self.masked()
        assert row.playback_key
        assert row.peaks_key
        return [row.playback_key, row.peaks_key]

    def there(self, keys: list[str]) -> list[bool]:
        return [self.site.store.exists(key) for key in keys]


@pytest.fixture
def call(site: Site, tmp_path: Path) -> Call:
    return Call(site, tmp_path)


def imported(site: Site, folder: Path, row: dict[str, object]) -> None:
    (folder / "calls.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with import_conversations(site, folder) as report:
        assert report.to_dict()["rejected"] == []


def test_a_conversation_imported_onto_a_recording_that_is_ready_is_masked_at_once(
    call: Call, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    shutil.copy(tmp_path / "call.wav", folder / "again.wav")
    start = {"channel": "call", "agent": "E1", "started_at": "2026-11-18T10:00:00+08:00"}
    row = {"external_id": "9", **start, "recording": "again.wav"}
    imported(call.site, folder, {**row, "turns": PHONE})
    with call.site.reading() as ctx:
        find = select(Conversation.id).where(Conversation.external_id == "9")
        later = ctx.session.execute(find).scalar_one()
    sign_in(client, call.reader)
    assert client.get(f"/conversations/{later}/sound").status_code == 409
    prepare_all(call.site)
    assert is_silent(client.get(f"/conversations/{later}/sound").data, *HIDDEN)
    assert loudness(client.get(f"/conversations/{call.id}/sound").data, *HIDDEN) > 0.1
    moved = {"speaker": "customer", "text": "13800138000", "from_ms": 3000, "to_ms": 3900}
    imported(call.site, folder, {"external_id": "9", **start, "turns": [moved]})
    prepare_all(call.site)
    changed = client.get(f"/conversations/{later}/sound").data
    assert is_silent(changed, 3100, 3800)
    assert loudness(changed, *HIDDEN) > 0.1


def test_a_masked_version_in_an_s3_store_is_given_in_ranges(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path, s3_server: S3Server
) -> None:
    site._store = S3Recordings(s3_server.bucket, tmp_path.name[:40], access=s3_server.environment)
    call = Call(site, tmp_path)
    call.hide(1000, 2000)
    prepare_all(site)
    sign_in(client, call.reader)
    url = f"/conversations/{call.id}/sound"
    whole = client.get(url)
    assert (whole.status_code, len(whole.data)) == (200, call.masked().playback_size)
    assert is_silent(whole.data, 1000, 2000)
    for wanted, part in (("100-299", whole.data[100:300]), ("-50", whole.data[-50:])):
        answer = client.get(url, headers={"Range": f"bytes={wanted}"})
        assert (answer.status_code, answer.data) == (206, part)
    beyond = client.get(url, headers={"Range": f"bytes={len(whole.data)}-"})
    assert beyond.status_code == 416
    assert client.get(f"/conversations/{call.id}/peaks").status_code == 200


def test_the_desk_offers_to_hear_what_only_the_sound_hides(
    call: Call, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, call.reader)
    url = f"/grade/{call.assignment_id}"
    assert 'id="unmask"' not in client.get(url).text
    call.hide(1000, 2000)
    assert 'id="unmask"' in client.get(url).text
    assert client.post(f"{url}/unmask", data={"reason": WHY}).status_code == 303
    assert 'id="unmask"' not in client.get(url).text


def test_an_old_version_is_removed_an_hour_after_the_last_one_was_given_it(
    call: Call, clock: FixedClock
) -> None:
    mask = call.hide(1000, 2000)
    prepare_all(call.site)
    first = call.keys()
    call.hide(3000, 3500)
    prepare_all(call.site)
    second = call.keys()
    assert (call.there(first), call.there(second)) == ([True, True], [True, True])
    clock.advance(seconds=STILL_OPEN.total_seconds() + 1)
    run_pending_jobs(call.site)
    assert (call.there(first), call.there(second)) == ([False, False], [True, True])
    call.show(mask)
    prepare_all(call.site)
    clock.advance(seconds=STILL_OPEN.total_seconds() + 1)
    run_pending_jobs(call.site)
    assert (call.there(second), call.there(call.keys())) == ([False, False], [True, True])


def test_an_old_version_that_is_asked_for_again_stays(call: Call, clock: FixedClock) -> None:
    call.hide(1000, 2000)
    prepare_all(call.site)
    first = call.keys()
    call.show(call.hide(3000, 3500))
    prepare_all(call.site)
    clock.advance(seconds=STILL_OPEN.total_seconds() + 1)
    run_pending_jobs(call.site)
    assert (call.keys(), call.there(first)) == (first, [True, True])


def test_one_that_another_conversation_shares_stays(call: Call, clock: FixedClock) -> None:
    mask = call.hide(1000, 2000)
    with call.site.writing() as ctx:
        other = make_call(ctx, ctx.session.merge(call.agent), turns=[]).id
        recording_id = ctx.session.get_one(Conversation, call.id).recording_id
        ctx.session.get_one(Conversation, other).recording_id = recording_id
        ctx.session.flush()
        mask_sound(acting(ctx, call.reader), other, 1000, 2000, reason=WHY)
    prepare_all(call.site)
    keys = call.keys()
    call.show(mask)
    clock.advance(seconds=STILL_OPEN.total_seconds() + 1)
    run_pending_jobs(call.site)
    assert call.there(keys) == [True, True]


def test_one_that_was_swept_away_while_it_was_made_anew_is_never_published(
    call: Call, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    call.hide(1000, 2000)

    def make_and_lose(*given: object) -> object:
        made = make_masked(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(type(call.site.store), "exists", lambda *_: False)
        return made

    monkeypatch.setattr(masked_sounds, "make_masked", make_and_lose)
    prepare_all(call.site)
    assert call.masked().state is MaskedSoundState.WAITING
    monkeypatch.undo()
    clock.advance(seconds=60)
    prepare_all(call.site)
    assert call.masked().state is MaskedSoundState.READY


def test_one_that_was_made_for_nothing_is_removed_too(
    call: Call, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    call.hide(1000, 2000)
    made_keys: list[str] = []

    def make_and_change(*given: object) -> object:
        if not made_keys:
            digest = call.masked().digest[:40]
            made_keys.extend(f"{call.sha256}.masked-{digest}.{end}" for end in ("webm", "peaks"))
            call.hide(3000, 3500)
        return make_masked(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(masked_sounds, "make_masked", make_and_change)
    answer = make_masked_sound(call.site, call.id, hold=lambda _ctx: None)
    assert answer == {"state": "ready", "published": False}
    assert call.there(made_keys) == [True, True]
    clock.advance(seconds=STILL_OPEN.total_seconds() + 1)
    prepare_all(call.site)
    assert call.there(made_keys) == [False, False]
    payload = {"digest": call.masked().digest, "keys": call.keys()}
    assert forget_masked(call.site, payload, hold=lambda _ctx: None) == {"removed": 0}


def test_an_upload_that_nobody_confirms_is_removed_after_a_day(
    call: Call, clock: FixedClock
) -> None:
    actor = actor_for(call.reader)
    digest = keep_upload(call.site, actor, call.id, b"WEBVTT")
    clock.advance(seconds=(KEPT_FOR - timedelta(hours=1)).total_seconds())
    assert keep_upload(call.site, actor, call.id, b"WEBVTT") == digest
    clock.advance(seconds=7200)
    run_pending_jobs(call.site)
    assert kept_upload(call.site, actor, call.id, digest) == b"WEBVTT"
    clock.advance(seconds=KEPT_FOR.total_seconds())
    run_pending_jobs(call.site)
    with pytest.raises(InvalidInput):
        kept_upload(call.site, actor, call.id, digest)
    digest = keep_upload(call.site, actor, call.id, b"WEBVTT")
    forget_upload(call.site, actor, call.id, digest)
    clock.advance(seconds=2 * KEPT_FOR.total_seconds())
    assert run_pending_jobs(call.site) >= 1
