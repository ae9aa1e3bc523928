"""Attaching a transcript in the browser: choose, look, choose roles, confirm; move times."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from qa_app.domain.people import Role
from qa_app.models import Transcript
from qa_app.services.site import Site
from tests.factories import make_account, make_conversation, make_person
from tests.infrastructure.sites import SignIn

SRT = b"1\n00:00:01,000 --> 00:00:02,000\n[S1]: My number is 13812345678\n\n" + b"".join(
    f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\n[S{n % 2 + 1}]: turn {n}\n\n".encode()
    for n in range(2, 20)
)


@pytest.fixture
def call(site: Site, client: FlaskClient, sign_in: SignIn) -> str:
    """The address where a call gets its transcript, for a specialist who is signed in."""
    with site.writing() as ctx:
        conversation = make_conversation(ctx, make_person(ctx, "E1"), channel="call", turns=[])
        account = make_account(ctx, Role.SPECIALIST)
        address = f"/conversations/{conversation.id}/transcript/"
    sign_in(client, account)
    return address


def upload(client: FlaskClient, call: str, data: bytes, **headers: str) -> TestResponse:
    return client.post(call, data={"file": (BytesIO(data), "said.srt")}, headers=headers)


def key_in(page: TestResponse) -> str:
    found = re.search(r'name="upload" value="([0-9a-f]{64})"', page.text)
    assert found is not None
    return found[1]


def turns(site: Site) -> list[dict[str, object]]:
    with site.reading() as ctx:
        return ctx.session.scalars(select(Transcript.turns)).one_or_none() or []


def test_a_file_is_looked_at_and_then_attached(site: Site, client: FlaskClient, call: str) -> None:
    show = call.removesuffix("transcript/").rstrip("/")
    assert call in client.get(show).text
    assert "none yet" in client.get(call).text
    page = upload(client, call, SRT)
    assert page.status_code == 200
    assert "SubRip" in page.text
    assert "Guess: by who speaks first" in page.text
    assert "and 7 more turns" in page.text
    assert "13812345678" not in page.text
    assert turns(site) == []
    key = key_in(page)
    chosen = {"upload": key, "role-0": "customer", "role-1": "agent", "offset": "-0,5"}
    effect = client.post(f"{call}confirm", data={**chosen, "deed": "look"})
    assert effect.status_code == 200
    assert "Chosen" in effect.text
    assert turns(site) == []
    done = client.post(f"{call}confirm", data={**chosen, "deed": "attach"}, follow_redirects=True)
    assert "The transcript is attached: 19 turns." in done.text
    first = turns(site)[0]
    assert (first["speaker"], first["from_ms"], first["to_ms"]) == ("customer", 500, 1500)
    again = client.post(f"{call}confirm", data={**chosen, "deed": "attach"})
    assert again.status_code == 422
    assert "no longer here" in again.text


def test_a_transcript_is_replaced_only_when_that_is_ticked(
    site: Site, client: FlaskClient, call: str
) -> None:
    client.post(f"{call}confirm", data={"upload": key_in(upload(client, call, SRT))})
    page = upload(client, call, b"Agent: hello\nCustomer: hi\n")
    assert "Replace the transcript of 19 turns" in page.text
    refused = client.post(f"{call}confirm", data={"upload": key_in(page)})
    assert refused.status_code == 422
    assert "has a transcript already" in refused.text
    sent = {"upload": key_in(refused), "replaces": "yes"}
    assert client.post(f"{call}confirm", data=sent).status_code == 303
    assert len(turns(site)) == 2


def test_times_are_moved(site: Site, client: FlaskClient, call: str) -> None:
    client.post(f"{call}confirm", data={"upload": key_in(upload(client, call, SRT))})
    moved = client.post(f"{call}shift", data={"offset": "1.25"}, follow_redirects=True)
    assert "All times were moved by +1.25 s." in moved.text
    assert turns(site)[0]["from_ms"] == 2250
    for wrong in ("soon", "9999", "1e9"):
        answer = client.post(f"{call}shift", data={"offset": wrong})
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.text
    assert turns(site)[0]["from_ms"] == 2250


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choose a file."),
        (b"a,b\n1,2\n", "This is no known format of a transcript."),
        (b'{"segments": [{"start": -1, "text": "x"}]}', "segments[0].start"),
        (b"<script>alert(1)</script>", "This is no known format of a transcript."),
    ],
)
def test_a_file_that_is_none_is_told_of(
    client: FlaskClient, call: str, data: bytes, said: str
) -> None:
    answer = upload(client, call, data)
    assert answer.status_code == 422
    assert said in answer.text


def test_markup_in_a_file_stays_text(client: FlaskClient, call: str) -> None:
    page = upload(client, call, b"Agent: <script>alert(1)</script>\nCustomer: <b>x</b>\n")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_the_pages_speak_chinese(client: FlaskClient, call: str) -> None:
    chinese = {"Accept-Language": "zh-CN"}
    assert "上传转写文本" in client.get(call, headers=chinese).text
    page = upload(client, call, SRT, **chinese)
    assert "推测:按先后" in page.text or "推测：按先后" in page.text
    assert "不是已知的转写格式" in upload(client, call, b"x", **chinese).text
