"""What the desk keeps ready between pages belongs to nobody: token, address, name are put in."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from qa_app.models import Account
from qa_app.services.site import Site
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.functional.test_grading import FORM
from tests.infrastructure.sites import SignIn

TOKENS = re.compile(r'name="csrf_token" value="([^"]+)"')
META = re.compile(r'name="csrf-token" content="([^"]+)"')
NUMBERS = re.compile(r'"/(?:grade|picks|assignments)/(\d+)[/"]')


def test_two_graders_get_their_own_tokens_addresses_and_names(
    site: Site, app: Flask, sign_in: SignIn
) -> None:
    desks = _two_desks(site)
    pages = []
    for account, assignment_id in desks:
        client: FlaskClient = app.test_client()
        sign_in(client, account)
        pages.append(client.get(f"/grade/{assignment_id}").get_data(as_text=True))
    for page, (account, assignment_id), (other, _) in zip(pages, desks, desks[::-1], strict=True):
        tokens = TOKENS.findall(page)
        assert len(tokens) >= 2
        assert {_secret(token) for token in tokens} == {_secret(META.findall(page)[0])}
        assert set(NUMBERS.findall(page)) == {str(assignment_id)}
        assert f'value="{account.login}"' in page
        assert other.login not in page
        assert "\ue000" not in page


def test_an_answer_is_shown_to_the_one_who_gave_it_alone(
    site: Site, app: Flask, sign_in: SignIn
) -> None:
    (first, one), (second, two) = _two_desks(site)
    client = app.test_client()
    sign_in(client, first)
    token = META.findall(client.get(f"/grade/{one}").get_data(as_text=True))[0]
    client.post(
        f"/grade/{one}",
        data={"csrf_token": token, "a.tone": "4", "c.tone": "Warm words.", "deed": "save"},
    )
    mine = client.get(f"/grade/{one}").get_data(as_text=True)
    assert "Warm words." in mine
    assert re.search(r'name="a.tone" value="4"[^>]* checked', mine)
    other = app.test_client()
    sign_in(other, second)
    theirs = other.get(f"/grade/{two}").get_data(as_text=True)
    assert "Warm words." not in theirs
    assert not re.search(r'name="a.tone" value="4"[^>]* checked', theirs)


def _secret(token: str) -> str:
    return token.partition(".")[0]


def _two_desks(site: Site) -> list[tuple[Account, int]]:
    with site.writing() as ctx:
        form = publish_form(ctx, FORM)
        agent, _ = make_agent(ctx, make_team(ctx))
        found = []
        for number in range(2):
            account = make_specialist(ctx, login=f"grader-{number}")
            conversation = make_conversation(ctx, agent, external_id=f"kept-{number}")
            assignment = make_assignment(ctx, conversation, account, form)
            ctx.session.flush()
            found.append((account, assignment.id))
    return found
