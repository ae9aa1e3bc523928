"""Pages about phrase lists: what is in force, the editor, where they were found."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Account
from qa_app.services.phrases import install_shipped_lists, publish_phrase_list
from qa_app.services.site import Site
from tests.factories import make_agent, make_conversation, make_specialist
from tests.infrastructure.sites import SignIn

FORBIDDEN = """
id: rude
title: {zh: 粗话, en: Rude words}
kind: forbidden
speaker: agent
phrases: |
  go away = leave me alone # brushing off
  不归我管
"""
FIELDS = {
    "id": "rude",
    "title_zh": "粗话",
    "title_en": "Rude words",
    "kind": "forbidden",
    "channel": "any",
    "language": "any",
    "speaker": "agent",
    "within": "",
    "turns": "2",
    "suggest": "",
    "phrases": "go away = leave me alone # brushing off\n不归我管",
}


@pytest.fixture
def specialist(site: Site) -> Account:
    with site.writing() as ctx:
        return make_specialist(ctx)


def test_a_site_without_lists_starts_from_the_shipped_ones(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    sign_in(client, specialist)
    assert "Start from the shipped lists" in client.get("/phrases/").text
    assert client.post("/phrases/shipped").status_code == 303
    page = client.get("/phrases/").text
    assert "9 lists are published." in page
    assert "Forbidden phrases (Chinese)" in page
    assert "Scan of the past year" in page
    client.post("/phrases/shipped")
    assert "The shipped lists are all here already." in client.get("/phrases/").text
    page = client.get("/phrases/lists/forbidden-zh?q=急什么").text
    assert "催什么催" in page
    assert "不归我管" not in page


def test_the_editor_says_what_is_wrong_by_line_and_publishes_nothing(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    sign_in(client, specialist)
    wrong = client.post("/phrases/edit", data={**FIELDS, "phrases": "hello\n\nHELLO\n a = | b|b"})
    assert wrong.status_code == 422
    assert wrong.text.count("This stands in the list twice.") == 2
    assert "phrases[2]" in wrong.text
    assert client.get("/phrases/lists/rude").status_code == 404


def test_a_list_is_tried_on_a_text_before_it_is_published(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    sign_in(client, specialist)
    text = "Please <b>GO  away</b>!\n这不歸我 管。"
    tried = client.post("/phrases/edit", data={**FIELDS, "deed": "try", "try": text})
    assert tried.status_code == 200
    assert "2 hits" in tried.text
    assert "GO  away</mark>&lt;/b&gt;" in tried.text
    assert "不歸我 管</mark>" in tried.text
    assert client.get("/phrases/lists/rude").status_code == 404


def test_a_list_is_published_changed_exported_and_retired(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    sign_in(client, specialist)
    assert client.post("/phrases/edit", data=FIELDS).location == "/phrases/lists/rude"
    changed = {**FIELDS, "phrases": FIELDS["phrases"] + "\nwhatever", "title_en": "Ruder words"}
    client.post("/phrases/edit", data=changed)
    page = client.get("/phrases/lists/rude").text
    assert "Version 2" in page
    assert "2 changes" in page
    assert "whatever" not in client.get("/phrases/lists/rude?version=1").text.split("<aside")[0]
    source = client.get("/phrases/lists/rude/source").text
    assert "go away = leave me alone # brushing off" in source
    assert client.get("/phrases/lists/rude?format=csv").text.splitlines()[1:] == [
        "go away,leave me alone,brushing off",
        "不归我管,,",
        "whatever,,",
    ]
    again = client.post(
        "/phrases/edit",
        data={"deed": "read", "file": (io.BytesIO(source.encode()), "rude.yaml")},
    )
    assert "Ruder words" in again.text
    assert client.post("/phrases/lists/rude/retire").status_code == 303
    assert "Withdrawn" in client.get("/phrases/lists/rude").text


def test_a_csv_fills_the_editor(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    sign_in(client, specialist)
    table = "text,variants,note\r\ngo away,leave | be gone,rude\r\n"
    upload = (io.BytesIO(table.encode("gb18030")), "list.csv")
    page = client.post("/phrases/edit", data={**FIELDS, "deed": "read", "file": upload}).text
    assert "go away = leave | be gone # rude" in page


def test_conversations_are_found_by_a_list_once_they_are_scanned(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    with site.writing() as ctx:
        agent = make_agent(ctx)[0]
        rude = make_conversation(
            ctx, agent, turns=[{"speaker": "agent", "text": "Go away. 13912345678"}]
        )
        make_conversation(ctx, agent, turns=[{"speaker": "agent", "text": "Hello."}])
        rude_key, rude_id = rude.external_id, rude.id
    with site.writing() as ctx:
        publish_phrase_list(ctx, FORBIDDEN)
    run_pending_jobs(site)
    sign_in(client, specialist)
    found = client.get("/conversations/?phrases=rude").text
    assert found.count('class="row-link"') == 1
    assert rude_key in found
    assert "Phrases: rude" in found
    lines = client.get("/conversations/?phrases=rude&format=csv").text.splitlines()
    assert len(lines) == 2
    assert 'class="row-link"' not in client.get("/conversations/?phrases=other").text
    page = client.get(f"/conversations/{rude_id}").text
    assert '<mark class="phrase phrase-forbidden" data-hit="0"' in page
    assert "1 forbidden" in page
    assert "13912345678" not in page


def test_an_agent_sees_no_findings_of_phrases(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    with site.writing() as ctx:
        account = make_agent(ctx)[1]
        install_shipped_lists(ctx)
    sign_in(client, account)
    assert client.get("/phrases/").status_code == 403
    assert client.get("/conversations/?phrases=forbidden-zh").status_code == 403
