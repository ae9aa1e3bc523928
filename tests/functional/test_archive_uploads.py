"""Recordings over HTTP: an archive goes in, conversations that can be heard come out."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from qa_app.domain.people import Role
from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Conversation, Recording, Transcript
from qa_app.models.recording import RecordingState
from qa_app.services.site import Site
from tests.factories import make_account, make_person
from tests.factories.archives import HEADER, START, hostile_archives, zipped
from tests.infrastructure.sites import SignIn
from tests.integration.adapters.sounds import hum, write

TURNS = [{"speaker": "agent", "text": "您好"}]


@pytest.fixture
def specialist(site: Site, client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    with site.writing() as ctx:
        make_person(ctx, "E1")
        account = make_account(ctx, Role.SPECIALIST)
    sign_in(client, account)
    return client


def upload(client: FlaskClient, data: bytes, name: str = "november.zip") -> str:
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(data), name)})
    kind = f"multipart/form-data; boundary={boundary}"
    answer = client.post("/imports/new", data=body, content_type=kind)
    assert answer.status_code == 302
    return answer.headers["Location"]


def left_behind(site: Site) -> list[Path]:
    folder = site.settings.data_dir / "unpacked"
    return [one for one in folder.iterdir() if one.is_dir()] if folder.exists() else []


def test_an_archive_brings_recordings_and_transcripts_along(
    site: Site, specialist: FlaskClient, tmp_path: Path
) -> None:
    sound = write(tmp_path / "1.wav", hum(2)).read_bytes()
    rows = [f"1{START}sound/1.wav,text/1.json", f"2{START}sound\\2.wav,", f"3{START}../x.wav,"]
    archive = zipped(
        {
            "十一月/calls.csv": "\n".join([HEADER, *rows]),
            "十一月/sound/1.wav": sound,
            "十一月/text/1.json": json.dumps(TURNS),
        }
    )
    place = upload(specialist, archive)
    assert left_behind(site) == [], "nothing is unpacked in the request"
    run_pending_jobs(site)
    report = specialist.get(place).text
    assert "calls.csv:3" in report
    assert "calls.csv:4" in report
    with site.reading() as ctx:
        found = ctx.session.execute(
            select(Conversation.id, Recording.state, Recording.duration_ms, Transcript.turns)
            .join(Recording, Recording.id == Conversation.recording_id)
            .join(Transcript, Transcript.conversation_id == Conversation.id)
        ).one()
    assert found.state is RecordingState.READY
    assert (found.duration_ms, found.turns) == (2000, TURNS)
    assert specialist.get(f"/conversations/{found.id}/sound").status_code == 200
    assert left_behind(site) == []


def test_an_archive_of_vcons_brings_its_sound_along(
    site: Site, specialist: FlaskClient, tmp_path: Path
) -> None:
    parties = [{"meta": {"role": "agent", "employee_no": "E1"}}, {"meta": {"role": "customer"}}]
    dialog = {"type": "recording", "start": "2026-11-17T20:00:00", "url": "https://example.com/1.x"}
    vcon = {"vcon": "0.0.1", "uuid": "u-1", "parties": parties, "dialog": [dialog]}
    sound = write(tmp_path / "1.wav", hum(1)).read_bytes()
    place = upload(specialist, zipped({"1.vcon.json": json.dumps(vcon), "1.x": sound}))
    run_pending_jobs(site)
    assert "Every row was taken." in specialist.get(place).text
    with site.reading() as ctx:
        found = ctx.session.execute(
            select(Conversation.source, Recording.state).join(
                Recording, Recording.id == Conversation.recording_id
            )
        ).one()
    assert tuple(found) == ("vcon", RecordingState.READY)


def test_hostile_archives_fail_with_their_reason(site: Site, specialist: FlaskClient) -> None:
    places = {
        kind: upload(specialist, data, f"{kind}.zip")
        for kind, (data, _reason) in hostile_archives().items()
    }
    run_pending_jobs(site)
    for kind, (_data, reason) in hostile_archives().items():
        page = specialist.get(places[kind]).text
        assert "The import stopped" in page, kind
        assert f"{kind}.zip" in page
        assert reason.replace("'", "") in page.replace("&#39;", ""), kind
    chinese = specialist.get(places["bomb"], headers={"Accept-Language": "zh-CN"}).text
    assert "压缩包中的 bomb.csv 压缩比超过 200:1。" in chinese
    assert left_behind(site) == []
    with site.reading() as ctx:
        assert ctx.session.scalars(select(Conversation.id)).all() == []


def test_the_page_says_what_may_be_uploaded(specialist: FlaskClient) -> None:
    assert "ZIP archive with recordings" in specialist.get("/imports/new").text
    page = specialist.get("/imports/new", headers={"Accept-Language": "zh-CN"}).text
    assert "带录音的 ZIP 压缩包" in page
    assert "压缩包最多包含 20000 个文件，解压后不超过 4096 MB" in page
