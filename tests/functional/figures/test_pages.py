"""Pages of figures and evaluations: who opens what, and what they say."""

from __future__ import annotations

import hashlib
import io
import json
import re

import pytest
from openpyxl import load_workbook

from qa_app.services.site import Site
from tests.factories.figures import FIRST, SECOND, grade_all
from tests.functional.figures.conftest import ClientOf, Graded

EVERYBODY = ("qing", "manager", "lead A", "lead B", "anna", "ben", "carl", "hr", "admin")


def opens(client_of: ClientOf, path: str) -> dict[str, int]:
    return {who: client_of(who).get(path).status_code for who in EVERYBODY}


def test_each_role_opens_the_periods_that_are_its_business(client_of: ClientOf) -> None:
    assert opens(client_of, "/periods") == {
        "qing": 200,
        "manager": 200,
        "lead A": 200,
        "lead B": 200,
        "anna": 302,
        "ben": 302,
        "carl": 302,
        "hr": 200,
        "admin": 403,
    }
    found = opens(client_of, f"/periods/{FIRST}")
    assert (found["qing"], found["lead A"], found["anna"]) == (200, 200, 302)
    assert (found["hr"], found["admin"]) == (404, 403)


def test_an_agents_figures_are_open_to_the_agent_the_lead_and_those_who_see_all(
    client_of: ClientOf, graded: Graded
) -> None:
    anna = graded.people.agents["anna"].id
    assert opens(client_of, f"/periods/{FIRST}/agents/{anna}") == {
        "qing": 200,
        "manager": 200,
        "lead A": 200,
        "lead B": 404,
        "anna": 200,
        "ben": 404,
        "carl": 404,
        "hr": 404,
        "admin": 403,
    }


def test_an_evaluation_is_open_to_the_agent_the_lead_and_those_who_see_all(
    client_of: ClientOf, graded: Graded
) -> None:
    assert opens(client_of, f"/evaluations/{graded.evaluation('anna')}") == {
        "qing": 200,
        "manager": 200,
        "lead A": 200,
        "lead B": 404,
        "anna": 200,
        "ben": 404,
        "carl": 404,
        "hr": 403,
        "admin": 403,
    }


def test_a_foreign_id_is_answered_like_one_that_does_not_exist(
    client_of: ClientOf, graded: Graded
) -> None:
    client = client_of("ben")
    for foreign, missing in (
        (f"/evaluations/{graded.evaluation('anna')}", "/evaluations/999999"),
        (
            f"/periods/{FIRST}/agents/{graded.people.agents['anna'].id}",
            f"/periods/{FIRST}/agents/999999",
        ),
        (f"/periods/{FIRST}/teams/B", f"/periods/{FIRST}/teams/none"),
    ):
        there, nothing = client.get(foreign), client.get(missing)
        assert there.status_code == nothing.status_code == 404
        assert _without(there.text, foreign) == _without(nothing.text, missing)


def _without(page: str, address: str) -> str:
    """The page without its own address and without its tokens, which change every second."""
    token = r'(csrf[-_]token"[^>]*(?:content|value)=")[^"]*'
    return re.sub(token, r"\1", page.replace(address, ""))


def test_a_figure_leads_to_its_evaluations_with_the_arithmetic(
    client_of: ClientOf, graded: Graded
) -> None:
    anna = graded.people.agents["anna"].id
    page = client_of("lead A").get(f"/periods/{FIRST}/agents/{anna}").text
    assert "(86.50 + 91.25) ÷ 2 = 177.75 ÷ 2 = 88.875 → 88.88" in page
    assert "1 evaluation has no score: listed, not counted." in page
    for evaluation in graded.evaluations["anna", "call", FIRST]:
        assert f"/evaluations/{evaluation}" in page


def test_an_agent_reads_the_month_from_its_two_halves(client_of: ClientOf) -> None:
    page = client_of("anna").get("/my/figures").text
    assert "(88.88 + 94.00) ÷ 2 = 182.88 ÷ 2 = 91.44" in page  # calls of both halves
    assert "One half only" in page  # chats
    assert "Provisional" in page


def test_the_page_of_a_half_says_whether_it_is_published(client_of: ClientOf) -> None:
    client = client_of("qing")
    first, second = client.get(f"/periods/{FIRST}").text, client.get(f"/periods/{SECOND}").text
    assert "Published, version 1" in first
    assert "These figures are provisional" in second
    assert "10 drawn conversations are not begun." in second


def test_a_lead_sees_the_own_teams_people_only(client_of: ClientOf) -> None:
    page = client_of("lead A").get(f"/periods/{FIRST}").text
    assert "Anna" in page
    assert "Carl" not in page
    assert "88.00" not in page


@pytest.mark.parametrize("query", ["sort=call&order=desc", "sort=chat", "sort=agent", "q=ann"])
def test_agents_are_sorted_and_found(client_of: ClientOf, query: str) -> None:
    page = client_of("qing").get(f"/periods/{FIRST}?{query}").text
    anna, ben = page.find(">Anna<"), page.find(">Ben<")
    assert anna > 0
    if query == "q=ann":
        assert ben == -1
    elif query == "sort=chat":
        assert ben < anna  # without a figure: below all others
    else:
        assert anna < ben


def test_a_published_document_can_be_checked_with_a_hash(client_of: ClientOf) -> None:
    client = client_of("manager")
    text = client.get(f"/periods/{FIRST}/versions/1.json").data
    assert hashlib.sha256(text).hexdigest() in client.get(f"/periods/{FIRST}/versions").text
    assert json.loads(text)["period"] == FIRST
    assert client_of("lead A").get(f"/periods/{FIRST}/versions/1.json").status_code == 403


def test_a_restatement_needs_a_reason_and_shows_old_and_new(
    site: Site, client_of: ClientOf, graded: Graded
) -> None:
    client = client_of("qing")
    grade_all(site, graded.people, "ben", "call", ["90.00"], FIRST)
    page = client.get(f"/periods/{FIRST}").text
    assert "1 counted score has changed since version 1" in page
    refused = client.post(f"/periods/{FIRST}/publish", follow_redirects=True).text
    assert "Say why the figures are restated." in refused
    done = client.post(
        f"/periods/{FIRST}/publish", data={"reason": "graded late"}, follow_redirects=True
    )
    assert "Version 2 is published." in done.text
    versions = client.get(f"/periods/{FIRST}/versions").text
    assert "graded late" in versions
    assert "80.00" in versions
    assert "85.00" in versions
    assert "superseded" in client.get(f"/periods/{FIRST}?version=1").text
    assert client_of("lead A").post(f"/periods/{FIRST}/publish").status_code == 403


def test_figures_and_evaluations_are_taken_away_as_files(client_of: ClientOf) -> None:
    client = client_of("qing")
    csv = client.get(f"/periods/{FIRST}?format=csv").data.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("Half-month,Version,Employee number")
    assert csv[1].startswith(f"{FIRST},1,E-anna,Anna,A,88.88,2,2,")
    book = load_workbook(io.BytesIO(client.get("/evaluations?format=xlsx").data))
    assert book.active.max_row == 1 + 9
    own = client_of("anna").get("/my/evaluations?format=csv").data.decode("utf-8-sig")
    assert len(own.splitlines()) == 1 + 5


def test_evaluations_are_filtered(client_of: ClientOf) -> None:
    client = client_of("manager")

    def count(query: str) -> int:
        csv = client.get(f"/evaluations?format=csv&{query}").data.decode("utf-8-sig")
        return len(csv.splitlines()) - 1

    assert count("") == 9
    assert count(f"period={FIRST}") == 7
    assert count("channel=call") == 4
    assert count("q=ann") == 5
    assert count("team=B") == 2
    assert count("grader=qing") == 9
    assert count("fatal=yes") == 1
    assert count("score_from=86.50&score_to=91.25") == 3
    assert count("state=acknowledged") == 0
    refused = client.get("/evaluations?score_from=x&period=2026")
    assert refused.status_code == 422


def test_lists_are_paged_by_key(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa_app.web.views.evaluations.PAGE", 4)
    client = client_of("qing")
    seen: list[str] = []
    path = "/evaluations"
    for _page in range(3):
        text = client.get(path).text
        rows = [part.split('"')[0] for part in text.split('class="row-link" href="')[1:]]
        seen += rows
        following = text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
        path = following.replace("&amp;", "&")
        if 'rel="next"' not in text:
            break
    assert len(seen) == len(set(seen)) == 9


def test_an_agent_sees_acknowledges_and_is_not_asked_twice(
    site: Site, client_of: ClientOf, graded: Graded
) -> None:
    client, evaluation = client_of("anna"), graded.evaluation("anna")
    listed = client.get("/my/evaluations?state=new").text
    assert f"/evaluations/{evaluation}" in listed
    page = client.get(f"/evaluations/{evaluation}").text
    assert "Your acknowledgement" in page
    assert f"/evaluations/{evaluation}" not in client.get("/my/evaluations?state=new").text
    for _time in range(2):
        done = client.post(
            f"/evaluations/{evaluation}/acknowledge", data={"comment": "明白了", "revision": "1"}
        )
        assert done.status_code == 303
    changed = client.post(f"/evaluations/{evaluation}/acknowledge", data={"comment": "no"})
    assert changed.status_code == 409
    assert "明白了" in client_of("lead A").get(f"/evaluations/{evaluation}").text
    assert f"/evaluations/{evaluation}" in client.get("/my/evaluations?state=acknowledged").text
    foreign = client_of("ben").post(f"/evaluations/{evaluation}/acknowledge")
    assert foreign.status_code == 404
    assert client_of("qing").post(f"/evaluations/{evaluation}/acknowledge").status_code == 403


def test_a_lead_or_specialist_who_looks_does_not_make_it_seen(
    client_of: ClientOf, graded: Graded
) -> None:
    evaluation = graded.evaluation("anna")
    client_of("lead A").get(f"/evaluations/{evaluation}")
    client_of("qing").get(f"/evaluations/{evaluation}")
    assert f"/evaluations/{evaluation}" in client_of("anna").get("/my/evaluations?state=new").text


def test_an_evaluation_tells_how_it_was_drawn_and_later_its_seed(
    client_of: ClientOf, graded: Graded
) -> None:
    client = client_of("anna")
    page = client.get(f"/evaluations/{graded.evaluation('anna', 'call', SECOND)}").text
    assert "drawn at random from 2 calls" in page
    assert "shown once the period is published" in page
    assert (
        "shown once the period" not in client.get(f"/evaluations/{graded.evaluation('anna')}").text
    )


def test_a_fatal_error_shows_first_with_what_it_would_be_without(
    client_of: ClientOf, graded: Graded
) -> None:
    page = client_of("ben").get(f"/evaluations/{graded.evaluation('ben', 'chat', SECOND)}").text
    assert "Fatal error" in page
    assert "Flags" not in page.split("<main")[1]
    assert (
        "Flags"
        in (
            client_of("lead A").get(f"/evaluations/{graded.evaluation('ben', 'chat', SECOND)}").text
        ).split("<main")[1]
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_gives_its_connection_back(site: Site, client_of: ClientOf, form: str) -> None:
    client = client_of("qing")
    for path in ("/evaluations", "/periods", f"/periods/{FIRST}", "/people/"):
        assert client.get(f"{path}?format={form}").data
    assert site.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
