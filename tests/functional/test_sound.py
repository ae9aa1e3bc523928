"""Hearing a recording over HTTP: exact ranges, who may, what is noted, what goes wrong."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa_app.adapters import audio_peaks
from qa_app.adapters.clock import FixedClock
from qa_app.adapters.recordings_s3 import S3Recordings
from qa_app.queries.audit import audit_page
from qa_app.services.site import Site
from tests.factories import (
    make_account,
    make_agent,
    make_evaluation,
    make_lead,
    make_person,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.recordings import make_call, prepare_all, store_mp3, store_wave
from tests.infrastructure.s3 import S3Server
from tests.infrastructure.sites import SignIn


def a_call(site: Site, folder: Path, *, prepared: bool = True) -> int:
    """A call with a recording that plays as it is."""
    stored = store_wave(site, folder)
    with site.writing() as ctx:
        call_id = make_call(ctx, make_person(ctx), stored).id
    if prepared:
        prepare_all(site)
    return call_id


def as_specialist(site: Site, client: FlaskClient, sign_in: SignIn) -> None:
    with site.writing() as ctx:
        account = make_specialist(ctx)
    sign_in(client, account)


def listenings(site: Site) -> list[tuple[str, str]]:
    with site.reading() as ctx:
        return [(row.actor, row.subject_id) for row in audit_page(ctx, action="recording.played")]


def test_ranges_are_exact(site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path) -> None:
    call_id = a_call(site, tmp_path)
    as_specialist(site, client, sign_in)
    whole = (tmp_path / "call.bin").read_bytes()
    size, url = len(whole), f"/conversations/{call_id}/sound"
    answer = client.get(url)
    assert (answer.status_code, answer.data) == (200, whole)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "inline"
    assert "no-store" in answer.headers["Cache-Control"]
    for header, first, stop in (
        ("bytes=0-", 0, size),
        ("bytes=0-1", 0, 2),
        ("bytes=1000-1999", 1000, 2000),
        ("bytes=-100", size - 100, size),
        (f"bytes={size - 1}-", size - 1, size),
        (f"bytes=10-{size * 2}", 10, size),
    ):
        part = client.get(url, headers={"Range": header})
        assert (part.status_code, part.data) == (206, whole[first:stop]), header
        assert part.headers["Content-Range"] == f"bytes {first}-{stop - 1}/{size}"
        assert part.headers["Content-Length"] == str(stop - first)
    for header in (f"bytes={size}-", "bytes=-0", "bytes=5-2", "bytes=0-1,4-5", "lines=1-2"):
        refused = client.get(url, headers={"Range": header})
        assert (refused.status_code, refused.data) == (416, b""), header
        assert refused.headers["Content-Range"] == f"bytes */{size}"


def test_a_head_and_a_known_version_cost_no_sound(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    call_id = a_call(site, tmp_path)
    as_specialist(site, client, sign_in)
    url = f"/conversations/{call_id}/sound"
    head = client.head(url)
    size = str((tmp_path / "call.bin").stat().st_size)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", size)
    etag = head.headers["ETag"]
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    part = {"Range": "bytes=0-9"}
    assert client.get(url, headers={**part, "If-Range": etag}).status_code == 206
    assert client.get(url, headers={**part, "If-Range": '"older"'}).status_code == 200
    assert client.head(url, headers=part).headers["Content-Length"] == "10"


def test_a_listening_is_noted_once_and_again_after_a_while(
    site: Site, client: FlaskClient, sign_in: SignIn, clock: FixedClock, tmp_path: Path
) -> None:
    call_id = a_call(site, tmp_path)
    with site.writing() as ctx:
        wang, li = make_specialist(ctx, "wang"), make_specialist(ctx, "li")
    sign_in(client, wang)
    url = f"/conversations/{call_id}/sound"
    client.head(url)
    client.get(url, headers={"Range": "bytes=999999999-"})
    assert listenings(site) == []
    for start in (0, 0, 1000, 2000):
        client.get(url, headers={"Range": f"bytes={start}-"})
    assert listenings(site) == [("wang", str(call_id))]
    sign_in(client, li)
    client.get(url)
    assert listenings(site) == [("li", str(call_id)), ("wang", str(call_id))]
    clock.advance(minutes=11)
    client.get(url)
    assert len(listenings(site)) == 3


def test_peaks_come_as_stored_and_are_asked_for_again_each_time(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    call_id = a_call(site, tmp_path)
    as_specialist(site, client, sign_in)
    answer = client.get(f"/conversations/{call_id}/peaks")
    assert audio_peaks.decode(answer.data).duration_ms == 4000
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = client.get(
        f"/conversations/{call_id}/peaks", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_only_those_who_may_hear_it_hear_it(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    stored = store_wave(site, tmp_path)
    with site.writing() as ctx:
        team, other = make_team(ctx), make_team(ctx)
        person, agent = make_agent(ctx, team)
        _colleague, colleague = make_agent(ctx, team)
        _lead, lead = make_lead(ctx, team)
        _stranger, stranger = make_lead(ctx, other)
        released, unreleased = make_call(ctx, person, stored), make_call(ctx, person, stored)
        make_evaluation(ctx, released, make_specialist(ctx), publish_form(ctx, "call-recording"))
        expected = {
            agent: (200, 404),
            colleague: (404, 404),
            lead: (200, 200),
            stranger: (404, 404),
            make_specialist(ctx): (200, 200),
            make_account(ctx, "manager"): (200, 200),
            make_account(ctx, "hr"): (403, 403),
            make_account(ctx, "admin"): (403, 403),
        }
        pair = (released.id, unreleased.id)
    prepare_all(site)
    for account, statuses in expected.items():
        sign_in(client, account)
        for what in ("sound", "peaks"):
            found = tuple(client.get(f"/conversations/{c}/{what}").status_code for c in pair)
            assert found == statuses, (account.login, what)
        hidden = client.get("/conversations/4711/sound").status_code
        assert hidden == (403 if statuses == (403, 403) else 404)


def test_without_sign_in_there_is_no_sound(site: Site, client: FlaskClient, tmp_path: Path) -> None:
    call_id = a_call(site, tmp_path)
    answer = client.get(f"/conversations/{call_id}/sound")
    assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (302, True)


@pytest.mark.parametrize(
    ("locale", "waiting", "broken"),
    [("en", "is being prepared", "cannot be played"), ("zh", "正在处理", "无法播放")],
)
def test_what_cannot_be_heard_says_why_in_words(
    site: Site,
    client: FlaskClient,
    sign_in: SignIn,
    tmp_path: Path,
    locale: str,
    waiting: str,
    broken: str,
) -> None:
    rubbish = site.store.put(BytesIO(b"<html>" * 200))
    call_id = a_call(site, tmp_path, prepared=False)
    with site.writing() as ctx:
        broken_id = make_call(ctx, make_person(ctx), rubbish).id
        silent_id = make_call(ctx, make_person(ctx)).id
    as_specialist(site, client, sign_in)
    client.set_cookie("qa_lang", locale)
    early = client.get(f"/conversations/{call_id}/sound")
    assert (early.status_code, early.json["error"]["code"]) == (409, "recording_waiting")  # type: ignore[index]
    assert waiting in early.json["error"]["message"]  # type: ignore[index]
    assert waiting in client.get(f"/conversations/{call_id}").text
    prepare_all(site)
    for what in ("sound", "peaks"):
        answer = client.get(f"/conversations/{broken_id}/{what}")
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "recording_broken")  # type: ignore[index]
        assert broken in answer.json["error"]["message"]  # type: ignore[index]
    assert broken in client.get(f"/conversations/{broken_id}").text
    assert client.get(f"/conversations/{silent_id}/sound").status_code == 404


def test_a_store_that_does_not_answer_is_said_and_nothing_is_noted(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    call_id = a_call(site, tmp_path)
    as_specialist(site, client, sign_in)
    for folder in Path(site.settings.recordings).iterdir():
        folder.rename(folder.with_name(f"{folder.name}.away"))
    for what in ("sound", "peaks"):
        answer = client.get(f"/conversations/{call_id}/{what}")
        assert answer.status_code == 503
        assert "does not answer" in answer.json["error"]["message"]  # type: ignore[index]
    assert listenings(site) == []


def test_sound_comes_in_ranges_from_an_s3_store_too(
    site: Site, client: FlaskClient, sign_in: SignIn, tmp_path: Path, s3_server: S3Server
) -> None:
    site._store = S3Recordings(s3_server.bucket, tmp_path.name[:40], access=s3_server.environment)
    stored = store_mp3(site, tmp_path)
    with site.writing() as ctx:
        call_id = make_call(ctx, make_person(ctx), stored).id
    prepare_all(site)
    as_specialist(site, client, sign_in)
    url = f"/conversations/{call_id}/sound"
    whole = client.get(url)
    assert (whole.status_code, whole.headers["Content-Type"]) == (200, "audio/webm")
    for first, stop in ((0, 2), (100, 101), (100, 900), (len(whole.data) - 5, len(whole.data))):
        part = client.get(url, headers={"Range": f"bytes={first}-{stop - 1}"})
        assert (part.status_code, part.data) == (206, whole.data[first:stop])
    tail = client.get(url, headers={"Range": "bytes=-7"})
    assert tail.data == whole.data[-7:]
