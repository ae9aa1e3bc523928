"""Sessions: cookies that only this site reads, and an end to them on the very next request."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from qa_app.adapters.clock import FixedClock
from qa_app.app import create_app
from qa_app.domain.people import Role
from qa_app.models import Account, ApiToken, LoginAttempt, Membership
from qa_app.services.accounts import create_token
from qa_app.services.site import Site
from qa_app.web.access import signed_in
from tests.factories import make_account, make_conversation, make_lead, make_person, make_team
from tests.factories.people import PASSWORD

ELSEWHERE = "10.9.8.7"
NEW_PASSWORD = "another long secret"
TRAPS = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://localhost@evil.example",
    "/%0d%0aLocation:evil",
    "evil.example",
)


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, **more: str) -> int:
    return client.post("/sign-in", data={"login": login, "password": password, **more}).status_code


def token_of(client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie["_user_id"])


def is_signed_in(client: FlaskClient) -> bool:
    answer = client.get("/password")
    assert answer.status_code in (200, 302)
    return answer.status_code == 200


@pytest.fixture
def accounts(site: Site) -> dict[str, Account]:
    with site.writing() as ctx:
        return {role: make_account(ctx, role, role) for role in ("specialist", "manager", "admin")}


def test_the_session_cookie_is_for_this_site_and_out_of_a_script_s_reach(
    client: FlaskClient, accounts: dict[str, Account]
) -> None:
    answer = client.post("/sign-in", data={"login": "manager", "password": PASSWORD})
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("qa_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_over_https_cookies_insist_on_it(site: Site, accounts: dict[str, Account]) -> None:
    secure = dataclasses.replace(site.settings, base_url="https://qa.example")
    app = create_app(Site(secure, site.database, site.clock), testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post(
        "/sign-in",
        data={"login": "manager", "password": PASSWORD},
        base_url="https://qa.example",
    )
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-qa=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    chosen = client.post("/language", data={"locale": "zh"}, base_url="https://qa.example")
    language = next(one for one in chosen.headers.getlist("Set-Cookie") if "qa_lang" in one)
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(language.split("; "))


def test_each_sign_in_has_a_token_of_its_own(
    client: FlaskClient, accounts: dict[str, Account]
) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
    tokens = set()
    for _ in range(3):
        assert sign_in(client, "manager") == 302
        tokens.add(token_of(client))
        client.post("/sign-out")
    assert len(tokens) == 3
    assert "planted" not in tokens


def test_signing_out_clears_what_the_browser_kept(
    client: FlaskClient, accounts: dict[str, Account]
) -> None:
    sign_in(client, "manager")
    answer = client.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_disabled_account_is_out_on_its_next_request(
    app: Flask, accounts: dict[str, Account]
) -> None:
    admin, manager = app.test_client(), app.test_client()
    sign_in(admin, "admin")
    sign_in(manager, "manager")
    assert is_signed_in(manager)
    number = accounts["manager"].id
    assert admin.post(f"/accounts/{number}/disable").status_code == 302
    assert not is_signed_in(manager)
    assert admin.post(f"/accounts/{number}/enable").status_code == 302
    assert not is_signed_in(manager), "enabling revives no session"
    assert sign_in(manager, "manager") == 302


def test_a_new_password_ends_every_other_session(app: Flask, accounts: dict[str, Account]) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in(here, "manager")
    sign_in(there, "manager")
    form = {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert here.post("/password", data=form).status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert sign_in(there, "manager") == 422
    assert sign_in(there, "manager", NEW_PASSWORD) == 302


def test_a_session_ends_when_it_was_idle_for_twelve_hours(
    client: FlaskClient, clock: FixedClock, accounts: dict[str, Account]
) -> None:
    sign_in(client, "manager")
    clock.advance(hours=11, minutes=59)
    assert is_signed_in(client)
    clock.advance(hours=11, minutes=59)
    assert is_signed_in(client)
    clock.advance(hours=12, minutes=1)
    assert not is_signed_in(client)


def test_a_session_ends_after_seven_days_however_busy_it_is(
    client: FlaskClient, clock: FixedClock, accounts: dict[str, Account]
) -> None:
    sign_in(client, "manager")
    for _ in range(16):
        clock.advance(hours=10)
        assert is_signed_in(client)
    clock.advance(hours=9)
    assert not is_signed_in(client)


def test_another_role_holds_at_once(
    site: Site, client: FlaskClient, accounts: dict[str, Account]
) -> None:
    sign_in(client, "manager")
    assert client.get("/audit/").status_code == 200
    with site.writing() as ctx:
        ctx.session.execute(update(Account).values(role=Role.HR).where(Account.login == "manager"))
    assert client.get("/audit/").status_code == 403


def test_a_lead_who_leaves_the_team_sees_nothing_of_it_any_more(
    site: Site, client: FlaskClient, sign_in: Callable[[FlaskClient, Account], None]
) -> None:
    with site.writing() as ctx:
        team = make_team(ctx, "A")
        _, lead = make_lead(ctx, team)
        conversation = make_conversation(ctx, make_person(ctx, team=team))
    sign_in(client, lead)
    page = f"/conversations/{conversation.id}"
    assert client.get(page).status_code == 200
    with site.writing() as ctx:
        ended = update(Membership).where(Membership.is_lead).values(to_date=date(2026, 11, 19))
        ctx.session.execute(ended)
    assert client.get(page).status_code == 404


def test_a_one_time_password_must_be_changed_before_anything_else(
    site: Site, client: FlaskClient, accounts: dict[str, Account]
) -> None:
    with site.writing() as ctx:
        ctx.session.execute(update(Account).values(must_change_password=True))
    sign_in(client, "admin")
    for page in ("/", "/accounts", "/audit/"):
        assert client.get(page).headers["Location"] == "/password"
    assert client.post("/accounts", data={}).headers["Location"] == "/password"
    form = {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert client.post("/password", data=form).headers["Location"] == "/"
    assert client.get("/accounts").status_code == 200


@pytest.mark.parametrize("target", TRAPS)
def test_nobody_is_sent_to_another_site(
    client: FlaskClient, accounts: dict[str, Account], target: str
) -> None:
    places = [
        client.post("/language", data={"locale": "en", "next": target}).headers["Location"],
        client.post(
            "/sign-in", data={"login": "admin", "password": PASSWORD, "next": target}
        ).headers["Location"],
        client.get("/sign-in", query_string={"next": target}).headers["Location"],
        client.post("/jobs/99/cancel", data={"next": target}).headers["Location"],
    ]
    for place in places:
        assert place in ("/", "/%0d%0aLocation:evil"), place


def test_sign_in_comes_back_to_where_one_was(
    client: FlaskClient, accounts: dict[str, Account]
) -> None:
    asked = client.get("/audit/?q=qing")
    assert asked.status_code == 302
    form = client.get(asked.headers["Location"])
    assert b'value="/audit/?q=qing"' in form.data
    assert sign_in(client, "manager", next="/audit/?q=qing") == 302


def test_only_the_site_s_own_names_are_answered_where_they_are_set(
    site: Site, accounts: dict[str, Account]
) -> None:
    settings = dataclasses.replace(site.settings, trusted_hosts=("qa.example", ".inner.example"))
    client = create_app(Site(settings, site.database, site.clock), testing=True).test_client()
    for host, status in (
        ("qa.example", 302),
        ("a.inner.example", 302),
        ("evil.example", 400),
        ("qa.example.evil.example", 400),
    ):
        assert client.get("/", base_url=f"http://{host}").status_code == status, host


def test_a_foreign_host_name_gets_into_no_address(client: FlaskClient) -> None:
    answer = client.get("/", base_url="http://evil.example")
    assert answer.headers["Location"] == "/sign-in?next=/"
    assert b"evil.example" not in client.get("/sign-in", base_url="http://evil.example").data


def test_a_made_up_forwarding_header_changes_nobody_s_address(
    site: Site, client: FlaskClient, accounts: dict[str, Account]
) -> None:
    for number in range(7):
        client.post(
            "/sign-in",
            data={"login": "manager", "password": "guess"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )
    assert sign_in(client, "manager") == 422, "throttled by the address that really asks"


def test_one_address_cannot_try_every_login(site: Site, client: FlaskClient) -> None:
    answers = [sign_in(client, f"login{number}", "guess") for number in range(40)]
    assert set(answers) == {422}
    with site.reading() as ctx:
        tried = select(func.count()).where(LoginAttempt.subject == "address:127.0.0.1")
        assert ctx.session.execute(tried).scalar_one() == 30


def test_an_api_token_opens_the_api_and_no_page(
    site: Site, app: Flask, clock: FixedClock, accounts: dict[str, Account]
) -> None:
    app.add_url_rule("/api/v1/who", "who", signed_in(lambda: "you"))
    with site.writing() as ctx:
        token = create_token(ctx, "manager", days=30)
    client, bearer = app.test_client(), {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/who", headers=bearer).data == b"you"
    assert client.get("/api/v1/who").status_code == 401
    assert client.get("/audit/", headers=bearer).status_code == 302
    for wrong in (f"Bearer {token}x", f"Basic {token}", token, "Bearer ", ""):
        assert client.get("/api/v1/who", headers={"Authorization": wrong}).status_code == 401
    assert "Set-Cookie" not in client.get("/api/v1/who", headers=bearer).headers
    clock.advance(days=31)
    assert client.get("/api/v1/who", headers=bearer).status_code == 401


def test_a_revoked_token_and_one_of_a_disabled_account_open_nothing(
    site: Site, app: Flask, accounts: dict[str, Account]
) -> None:
    app.add_url_rule("/api/v1/who", "who", signed_in(lambda: "you"))
    with site.writing() as ctx:
        first, second = (create_token(ctx, name, days=30) for name in ("manager", "admin"))
        ctx.session.execute(
            update(ApiToken)
            .where(ApiToken.account_id == accounts["manager"].id)
            .values(revoked_at=ctx.clock.now())
        )
        ctx.session.execute(update(Account).values(is_active=False))
    for token in (first, second):
        headers = {"Authorization": f"Bearer {token}"}
        assert app.test_client().get("/api/v1/who", headers=headers).status_code == 401
