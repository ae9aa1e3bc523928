"""Who hears what of a sound in which customers say personal data: decoded and measured."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from qa_app.adapters import audio_peaks
from qa_app.adapters.audio_decode import decoded, open_sound
from qa_app.db.types import AnyRow
from qa_app.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from qa_app.domain.people import Role
from qa_app.models import MaskedSound, Transcript
from qa_app.models.sound_mask import MaskedSoundState, MaskOrigin
from qa_app.queries.audit import audit_page
from qa_app.queries.sound_masks import masks_of
from qa_app.security.context import Context
from qa_app.services.masked_sounds import make_masked_sound
from qa_app.services.recordings import attach_recording
from qa_app.services.site import Site
from qa_app.services.sound_masks import mask_sound, refresh_masks, unmask_span
from tests.factories import (
    make_account,
    make_agent,
    make_evaluation,
    make_lead,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.grading import acting
from tests.factories.recordings import make_call, prepare_all, store_mp3
from tests.infrastructure.sites import SignIn

PHONE = [
    {"speaker": "agent", "text": "请问您的电话？", "from_ms": 0, "to_ms": 900},
    {
        "speaker": "customer",
        "text": "13800138000",
        "from_ms": 1500,
        "to_ms": 2500,
        "words": [[0, 1500, 2500]],
    },
]
NOTHING = [{"speaker": "agent", "text": "您好", "from_ms": 0, "to_ms": 900}]
HIDDEN = (1300, 2700)
WHY = "The customer asked to be called back."


class World:
    """A team with its lead, an agent whose released call has sound, and everybody else."""

    def __init__(self, site: Site, folder: Path, turns: list[dict[str, object]]) -> None:
        self.site = site
        self.stored = store_mp3(site, folder)
        with site.writing() as ctx:
            team = make_team(ctx)
            self.person, agent = make_agent(ctx, team)
            self.accounts = {
                "specialist": make_specialist(ctx),
                "lead": make_lead(ctx, team)[1],
                "agent": agent,
                "manager": make_account(ctx, Role.MANAGER),
                "hr": make_account(ctx, Role.HR),
                "admin": make_account(ctx, Role.ADMIN),
                "other lead": make_lead(ctx, make_team(ctx))[1],
                "other agent": make_agent(ctx, team)[1],
            }
            self.led = {"lead": frozenset({team.id})}
            call = make_call(ctx, self.person, self.stored, turns=turns)
            make_evaluation(ctx, call, self.accounts["specialist"], publish_form(ctx))
            self.call_id = call.id

    def doing(self, ctx: Context, role: str) -> Context:
        return acting(ctx, self.accounts[role], self.led.get(role, frozenset()))

    def masked(self) -> MaskedSound | None:
        with self.site.reading() as ctx:
            row = ctx.session.get(MaskedSound, self.call_id)
            if row is not None:
                ctx.session.expunge(row)
            return row

    def hide(self, begin: int = 3000, end: int = 3500) -> int:
        with self.site.writing() as ctx:
            return mask_sound(self.doing(ctx, "lead"), self.call_id, begin, end, reason=WHY)

    def url(self, what: str = "sound") -> str:
        return f"/conversations/{self.call_id}/{what}"


def loudness(content: bytes, begin: int, end: int) -> float:
    """The loudest sample of a stretch in milliseconds, 0 to 1."""
    with open_sound(io.BytesIO(content)) as (container, stream):
        rate = stream.codec_context.sample_rate
        samples = np.concatenate(list(decoded(container, stream)))
    return float(np.abs(samples[begin * rate // 1000 : end * rate // 1000]).max()) / 32768


def head_of(peaks: bytes) -> dict[str, object]:
    head: dict[str, object] = json.loads(peaks.partition(b"\n")[0])
    return head


def is_silent(content: bytes, begin: int, end: int) -> bool:
    return loudness(content, begin + 30, end - 30) < 0.002


HEARS = {
    "specialist": 200,
    "lead": 200,
    "agent": 200,
    "manager": 200,
    "hr": 403,
    "admin": 403,
    "other lead": 404,
    "other agent": 404,
}


@pytest.mark.parametrize("role", HEARS)
def test_everybody_hears_the_masked_version_until_it_is_lifted(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path, role: str
) -> None:
    world = World(site, tmp_path, PHONE)
    prepare_all(site)
    sign_in(client, world.accounts[role])
    answer, peaks = client.get(world.url()), client.get(world.url("peaks"))
    assert (answer.status_code, peaks.status_code) == (HEARS[role], HEARS[role])
    if answer.status_code != 200:
        assert answer.mimetype != "audio/webm"
        return
    assert is_silent(answer.data, *HIDDEN)
    assert loudness(answer.data, 200, 1000) > 0.1
    assert loudness(answer.data, 3000, 3900) > 0.1
    assert head_of(peaks.data)["masked"] == [list(HIDDEN)]
    points = audio_peaks.decode(peaks.data)
    per_second = points.sample_rate / points.samples_per_point
    hidden = slice(int(1.5 * per_second), int(2.5 * per_second))
    assert not points.lanes[0].high[hidden].any()
    assert points.duration_ms == pytest.approx(4000, abs=100)
    part = client.get(world.url(), headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.data) == (206, answer.data[100:300])
    head = client.head(world.url())
    assert head.headers["Content-Length"] == str(len(answer.data))


@pytest.mark.parametrize("role", ["specialist", "lead", "manager", "agent"])
def test_whoever_may_hears_the_original_after_giving_a_reason(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path, role: str
) -> None:
    world = World(site, tmp_path, PHONE)
    prepare_all(site)
    sign_in(client, world.accounts[role])
    masked, masked_peaks = client.get(world.url()), client.get(world.url("peaks"))
    lifted = client.post(world.url("unmask"), data={"reason": WHY})
    again = client.get(world.url())
    heard = [row.data.get("heard") for row in listened(site)]
    if role == "agent":
        assert lifted.status_code == 403
        assert again.data == masked.data
        assert heard == ["masked"]
        return
    assert loudness(again.data, *HIDDEN) > 0.1
    assert "masked" not in head_of(client.get(world.url("peaks")).data)
    assert again.headers["ETag"] != masked.headers["ETag"]
    assert client.get(world.url("peaks")).headers["ETag"] != masked_peaks.headers["ETag"]
    assert sorted(heard) == ["masked", "unmasked"]
    stale = client.get(
        world.url(), headers={"Range": "bytes=0-9", "If-Range": masked.headers["ETag"]}
    )
    assert stale.status_code == 200


def listened(site: Site) -> list[AnyRow]:
    with site.reading() as ctx:
        return list(audit_page(ctx, action="recording.played"))


def test_nothing_is_heard_while_the_masked_version_is_made(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    world = World(site, tmp_path, NOTHING)
    prepare_all(site)
    sign_in(client, world.accounts["agent"])
    original = client.get(world.url())
    assert (original.status_code, world.masked()) == (200, None)
    world.hide()
    for what in ("sound", "peaks"):
        answer = client.get(world.url(what), headers={"If-None-Match": original.headers["ETag"]})
        assert (answer.status_code, answer.headers["Retry-After"]) == (409, "5")
        assert client.head(world.url(what)).status_code == 409
    prepare_all(site)
    masked = client.get(world.url())
    assert is_silent(masked.data, 3000, 3500)
    assert loudness(masked.data, 1000, 2900) > 0.1


def test_a_sound_without_personal_data_costs_nothing_more(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    world = World(site, tmp_path, NOTHING)
    prepare_all(site)
    sign_in(client, world.accounts["agent"])
    answer = client.get(world.url())
    assert loudness(answer.data, 0, 3900) > 0.1
    assert [row.data for row in listened(site)] == [
        {"recording": listened(site)[0].data["recording"]}
    ]


def test_a_mask_taken_away_stays_on_record_and_away(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    world = World(site, tmp_path, PHONE)
    prepare_all(site)
    with site.writing() as ctx:
        manager = world.doing(ctx, "manager")
        (found,) = masks_of(manager, world.call_id)
        assert (found.from_ms, found.to_ms, found.origin) == (*HIDDEN, MaskOrigin.TRANSCRIPT)
        with pytest.raises(InvalidInput):
            unmask_span(manager, found.id, reason="no")
        unmask_span(manager, found.id, reason="It is the shop's own number.")
    with site.writing() as ctx:
        refresh_masks(ctx, world.call_id)
        (found,) = masks_of(world.doing(ctx, "lead"), world.call_id)
        assert found.removed_at is not None
        with pytest.raises(WrongState):
            unmask_span(world.doing(ctx, "manager"), found.id, reason=WHY)
    prepare_all(site)
    sign_in(client, world.accounts["agent"])
    assert loudness(client.get(world.url()).data, *HIDDEN) > 0.1


def test_masks_belong_to_the_conversation_not_to_the_sound(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    world = World(site, tmp_path, PHONE)
    with site.writing() as ctx:
        other = make_call(ctx, world.person, world.stored, turns=NOTHING).id
    prepare_all(site)
    sign_in(client, world.accounts["manager"])
    assert is_silent(client.get(world.url()).data, *HIDDEN)
    assert loudness(client.get(f"/conversations/{other}/sound").data, *HIDDEN) > 0.1


def test_hand_and_transcript_are_hidden_together_and_follow_changes(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    world = World(site, tmp_path, PHONE)
    world.hide()
    prepare_all(site)
    sign_in(client, world.accounts["manager"])
    both = client.get(world.url()).data
    assert is_silent(both, *HIDDEN)
    assert is_silent(both, 3000, 3500)
    with site.writing() as ctx:
        transcript = ctx.session.get(Transcript, world.call_id)
        assert transcript is not None
        transcript.turns = NOTHING
        ctx.session.flush()
        refresh_masks(ctx, world.call_id)
    assert client.get(world.url()).status_code == 409
    prepare_all(site)
    after = client.get(world.url()).data
    assert loudness(after, *HIDDEN) > 0.1
    assert is_silent(after, 3000, 3500)


def test_sound_attached_when_it_is_ready_already_is_masked_at_once(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    world = World(site, tmp_path, NOTHING)
    prepare_all(site)
    with site.writing() as ctx:
        later = make_call(ctx, world.person, None, turns=PHONE).id
        attach_recording(ctx, later, world.stored)
    sign_in(client, world.accounts["manager"])
    assert client.get(f"/conversations/{later}/sound").status_code == 409
    prepare_all(site)
    assert is_silent(client.get(f"/conversations/{later}/sound").data, *HIDDEN)


@pytest.mark.parametrize(
    ("role", "refusal"),
    [("agent", NotAllowed), ("other lead", NotFound), ("admin", NotAllowed), ("hr", NotAllowed)],
)
def test_who_may_not_mask_does_not(
    site: Site, tmp_path: Path, role: str, refusal: type[Exception]
) -> None:
    world = World(site, tmp_path, PHONE)
    prepare_all(site)
    with site.writing() as ctx:
        doing = world.doing(ctx, role)
        (mask,) = masks_of(world.doing(ctx, "manager"), world.call_id)
        with pytest.raises(refusal):
            mask_sound(doing, world.call_id, 0, 500, reason=WHY)
        with pytest.raises(refusal):
            unmask_span(doing, mask.id, reason=WHY)
        with pytest.raises(refusal):
            masks_of(doing, world.call_id)


@pytest.mark.parametrize("span", [(-1, 500), (500, 500), (600, 500), (9000, 9900), (0, 10)])
def test_a_span_outside_of_the_sound_is_refused(
    site: Site, tmp_path: Path, span: tuple[int, int]
) -> None:
    world = World(site, tmp_path, NOTHING)
    prepare_all(site)
    with site.writing() as ctx, pytest.raises(InvalidInput):
        mask_sound(world.doing(ctx, "lead"), world.call_id, *span, reason=WHY)
    assert world.masked() is None


def test_the_job_may_run_again_and_for_a_change_that_was_undone(site: Site, tmp_path: Path) -> None:
    world = World(site, tmp_path, PHONE)
    prepare_all(site)
    before = world.masked()
    assert before is not None
    assert before.state is MaskedSoundState.READY
    again = make_masked_sound(site, world.call_id, hold=lambda _ctx: None)
    after = world.masked()
    assert again == {"state": "ready"}
    assert after is not None
    assert after.made_at == before.made_at
    mask_id = world.hide()
    with site.writing() as ctx:
        unmask_span(world.doing(ctx, "lead"), mask_id, reason=WHY)
    prepare_all(site)
    undone = world.masked()
    assert undone is not None
    assert (undone.digest, undone.state) == (before.digest, MaskedSoundState.READY)
