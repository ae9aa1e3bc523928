"""The list of conversations and the page of one, as each role finds them."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from qa_app.models import Account
from qa_app.queries.audit import audit_page
from qa_app.services.site import Site
from tests.factories import (
    make_account,
    make_agent,
    make_conversation,
    make_evaluation,
    make_lead,
    make_person,
    make_specialist,
    make_team,
    publish_form,
)
from tests.infrastructure.sites import SignIn

START = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
SECRET = "13812345678"
SPOKEN = [
    {"speaker": "agent", "text": "Which number may we call?"},
    {"speaker": "customer", "text": f"我的手机是{SECRET}"},
]


def specialist(site: Site) -> Account:
    with site.writing() as ctx:
        return make_specialist(ctx, "wang")


def many(site: Site, count: int) -> None:
    with site.writing() as ctx:
        people = [make_person(ctx, "E7", name="Chen Yu"), make_person(ctx, "E8", name="=1+1")]
        for number in range(count):
            make_conversation(
                ctx,
                people[number % 2],
                external_id=f"N{number:03d}",
                started_at=START + timedelta(hours=number),
                topic="late parcel" if number % 10 == 0 else "price",
                customer_ref=SECRET,
                turns=[],
            )


def listed(page: str) -> list[str]:
    return re.findall(r'class="row-link" href="[^"]+">([^<]+)<', page)


def link(page: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    assert found, f"no {rel}"
    return found[1].replace("&amp;", "&")


def test_the_list_pages_both_ways(site: Site, client: FlaskClient, sign_in: SignIn) -> None:
    many(site, 120)
    sign_in(client, specialist(site))
    first = client.get("/conversations/").text
    assert listed(first) == [f"N{number:03d}" for number in range(119, 69, -1)]
    assert 'rel="prev"' not in first
    assert "50 shown of 120" in first
    second = client.get(link(first, "next")).text
    last = client.get(link(second, "next")).text
    assert listed(last) == [f"N{number:03d}" for number in range(19, -1, -1)]
    assert 'rel="next"' not in last
    assert listed(client.get(link(last, "prev")).text) == listed(second)
    back = client.get(link(second, "prev")).text
    assert listed(back) == listed(first)
    assert 'rel="prev"' not in back


def test_filters_narrow_the_list_and_show_as_chips(
    site: Site, client: FlaskClient, sign_in: SignIn
) -> None:
    many(site, 40)
    sign_in(client, specialist(site))
    page = client.get("/conversations/?topic=late+parcel&agent=E7&from=2026-11-01&q=").text
    assert listed(page) == ["N030", "N020", "N010", "N000"]
    assert "Topic: late parcel" in page
    assert "agent=E7&amp;from=2026-11-01" in page
    assert "Nothing matches these filters" in client.get("/conversations/?channel=call").text
    assert listed(client.get("/conversations/?q=test:N007").text) == ["N007"]


def test_filters_that_make_no_sense_are_all_named(
    site: Site, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, specialist(site))
    answer = client.get("/conversations/?channel=fax&from=yesterday&satisfaction=9&recording=maybe")
    assert answer.status_code == 422
    for value in ("fax", "yesterday", "9", "maybe"):
        assert f"{value} is not a value of this filter." in answer.text
    for nonsense in ("after=x", "after=99999999999999999.1", "before=-1.5", "after=1.2.3"):
        assert client.get(f"/conversations/?{nonsense}").status_code == 200


def test_an_empty_site_says_so(site: Site, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, specialist(site))
    assert "No conversations yet" in client.get("/conversations/").text


def test_files_hold_what_is_shown_and_nothing_of_customers(
    site: Site, client: FlaskClient, sign_in: SignIn
) -> None:
    many(site, 40)
    sign_in(client, specialist(site))
    answer = client.get("/conversations/?topic=late+parcel&format=csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [f"test:N{number:03d}" for number in (30, 20, 10, 0)]
    assert rows[1][2] == "2026-11-02T16:00:00+08:00"
    assert SECRET not in answer.text
    assert client.get("/conversations/?format=xlsx").data[:2] == b"PK"
    everything = client.get("/conversations/?format=csv").text
    assert everything.count("\n") == 41
    assert ",=1+1" not in everything
    with site.reading() as ctx:
        exports = [row.data for row in audit_page(ctx, action="conversation.exported")]
    assert {"form": "csv", "filters": {"topic": "late parcel"}} in exports
    assert len(exports) == 3


def test_a_page_shows_facts_words_and_what_became_of_it(
    site: Site, client: FlaskClient, sign_in: SignIn
) -> None:
    with site.writing() as ctx:
        agent = make_person(ctx, name="Chen Yu")
        chat = make_conversation(ctx, agent, turns=SPOKEN, customer_ref=SECRET, tags="vip;late")
        grader = make_specialist(ctx, "wang")
        evaluation_id = make_evaluation(ctx, chat, grader, publish_form(ctx))
        chat_id = chat.id
    sign_in(client, grader)
    page = client.get(f"/conversations/{chat_id}").text
    assert "Chen Yu" in page
    assert "Which number may we call?" in page
    assert f"/evaluations/{evaluation_id}" in page
    assert "No random draw picked it." in page
    assert SECRET not in page
    assert "•••••••••78" in page


def test_a_mask_is_lifted_by_a_reason_and_stays_for_others(
    site: Site, client: FlaskClient, sign_in: SignIn
) -> None:
    with site.writing() as ctx:
        chat_id = make_conversation(ctx, make_person(ctx), turns=SPOKEN).id
        wang, li = make_specialist(ctx, "wang"), make_specialist(ctx, "li")
    url = f"/conversations/{chat_id}"
    sign_in(client, wang)
    refused = client.post(f"{url}/unmask", data={"reason": " "})
    assert refused.status_code == 422
    assert "Give a reason of 4 to 500 characters." in refused.text
    assert SECRET not in refused.text
    assert client.post(f"{url}/unmask", data={"reason": "Called back"}).status_code == 303
    assert SECRET in client.get(url).text
    sign_in(client, li)
    assert SECRET not in client.get(url).text
    with site.reading() as ctx:
        entries = audit_page(ctx, action="conversation.unmasked")
    assert [(row.actor, row.data) for row in entries] == [("wang", {"reason": "Called back"})]


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_each_role_finds_what_it_may(
    site: Site, client: FlaskClient, sign_in: SignIn, locale: str
) -> None:
    with site.writing() as ctx:
        team, other = make_team(ctx), make_team(ctx)
        person, agent = make_agent(ctx, team)
        released = make_conversation(ctx, person, external_id="released", turns=SPOKEN)
        hidden = make_conversation(ctx, person, external_id="hidden", turns=SPOKEN)
        foreign = make_conversation(ctx, make_person(ctx, team=other), external_id="foreign")
        make_evaluation(ctx, released, make_specialist(ctx), publish_form(ctx))
        expected = {
            make_specialist(ctx): {"released", "hidden", "foreign"},
            make_account(ctx, "manager"): {"released", "hidden", "foreign"},
            make_lead(ctx, team)[1]: {"released", "hidden"},
            agent: {"released"},
            make_account(ctx, "hr"): None,
            make_account(ctx, "admin"): None,
        }
        ids = {row.external_id: row.id for row in (released, hidden, foreign)}
    client.set_cookie("qa_lang", locale)
    for account, names in expected.items():
        sign_in(client, account)
        answer = client.get("/conversations/")
        assert answer.status_code == (403 if names is None else 200)
        assert set(listed(answer.text)) == (names or set())
        for name, conversation_id in ids.items():
            page = client.get(f"/conversations/{conversation_id}")
            found = 403 if names is None else 200 if name in names else 404
            assert page.status_code == found, (account.login, name)
            assert SECRET not in page.text
            may_lift = account.role in ("specialist", "manager", "lead")
            if found == 200:
                assert ("/unmask" in page.text) == may_lift
            lifted = client.post(f"/conversations/{conversation_id}/unmask", data={"reason": "?"})
            assert lifted.status_code == ({200: 422}.get(found, found) if may_lift else 403)
