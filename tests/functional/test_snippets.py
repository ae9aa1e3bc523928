"""Snippets: written, changed, archived and brought back; offered where they belong."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from qa_app.domain.errors import InvalidInput
from qa_app.domain.snippets import SnippetText
from qa_app.models import Account, AuditEntry
from qa_app.queries.snippets import get_snippet, snippet_page, snippets_for
from qa_app.services.site import Site
from qa_app.services.snippets import (
    add_snippet,
    archive_snippet,
    change_snippet,
    restore_snippet,
)
from tests.factories import make_specialist
from tests.factories.grading import acting
from tests.infrastructure.sites import SignIn


@pytest.fixture
def writer(site: Site, client: FlaskClient, sign_in: SignIn) -> Account:
    with site.writing() as ctx:
        made = make_specialist(ctx, "writer")
    sign_in(client, made)
    return made


def deeds(site: Site) -> list[str]:
    with site.reading() as ctx:
        wanted = select(AuditEntry.action).where(AuditEntry.subject_kind == "snippet")
        return list(ctx.session.scalars(wanted.order_by(AuditEntry.seq)))


def test_a_snippet_is_written_changed_archived_and_brought_back(
    site: Site, client: FlaskClient, writer: Account
) -> None:
    sent = {"title": "  Too   late ", "text": "Too late.\r\n", "channel": "call"}
    page = client.post("/snippets", data=sent, follow_redirects=True).get_data(as_text=True)
    assert "Too late" in page
    with site.reading() as ctx:
        (row,) = snippet_page(acting(ctx, writer))
    assert (row.title, row.text, row.channel) == ("Too late", "Too late.", "call")
    client.post(f"/snippets/{row.id}", data={**sent, "text": "Far too late."})
    page = client.post(f"/snippets/{row.id}/archive", follow_redirects=True).get_data(as_text=True)
    assert "The snippet is archived." in page
    assert f"/snippets/{row.id}/restore" in page
    assert client.get("/snippets/offered?channel=call").json == {"snippets": []}
    client.post(f"/snippets/{row.id}/restore")
    offered = client.get("/snippets/offered?channel=call").json
    assert offered is not None
    assert [one["text"] for one in offered["snippets"]] == ["Far too late."]
    assert deeds(site) == [
        "snippet.added",
        "snippet.changed",
        "snippet.archived",
        "snippet.restored",
    ]


def test_every_problem_of_a_snippet_is_named(site: Site, writer: Account) -> None:
    with site.writing() as ctx, pytest.raises(InvalidInput) as refusal:
        add_snippet(acting(ctx, writer), SnippetText(" ", "x" * 1001, "fax", "q" * 121))
    named = [problem.where for problem in refusal.value.problems]
    assert named == ["title", "text", "channel", "question_id"]


def test_what_fails_is_shown_beside_its_field(client: FlaskClient, writer: Account) -> None:
    answer = client.post("/snippets", data={"title": "", "text": "Kept as typed."})
    assert answer.status_code == 422
    assert "Kept as typed." in answer.get_data(as_text=True)


def test_a_call_is_offered_its_own_and_those_of_all(site: Site, writer: Account) -> None:
    with site.writing() as ctx:
        own = acting(ctx, writer)
        for channel in ("", "call", "chat"):
            add_snippet(own, SnippetText(f"For {channel or 'all'}", "Text", channel))
        titles = [one["title"] for one in snippets_for(own, "call")]
    assert titles == ["For all", "For call"]


def test_doing_it_twice_changes_nothing(site: Site, writer: Account) -> None:
    with site.writing() as ctx:
        own = acting(ctx, writer)
        made = add_snippet(own, SnippetText("A", "B"))
        change_snippet(own, made, SnippetText("A", "B"))
        archive_snippet(own, made)
        first = get_snippet(own, made).archived_at
        archive_snippet(own, made)
        assert get_snippet(own, made).archived_at == first
        restore_snippet(own, made)
        restore_snippet(own, made)
    assert deeds(site) == ["snippet.added", "snippet.archived", "snippet.restored"]


def test_the_list_is_searched_paged_and_exported(
    site: Site, client: FlaskClient, writer: Account
) -> None:
    with site.writing() as ctx:
        own = acting(ctx, writer)
        for number in range(60):
            add_snippet(own, SnippetText(f"Snippet {number:02}", "100% sure"))
    page = client.get("/snippets").get_data(as_text=True)
    assert ">Snippet 49<" in page
    assert ">Snippet 50<" not in page
    with site.reading() as ctx:
        own = acting(ctx, writer)
        last = snippet_page(own, limit=50)[-1]
    page = client.get(f"/snippets?after={last.id}~{last.title}").get_data(as_text=True)
    assert ">Snippet 50<" in page
    assert ">Snippet 49<" not in page
    assert "Snippet 07" in client.get("/snippets?q=snippet+07").get_data(as_text=True)
    assert "No snippets" not in client.get("/snippets?q=100%25").get_data(as_text=True)
    table = client.get("/snippets?format=csv&q=100%25").get_data(as_text=True)
    assert table.count("100% sure") == 60
