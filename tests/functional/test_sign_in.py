"""Signing in and out, as a browser does it."""

from __future__ import annotations

from flask.testing import FlaskClient

from qa_app.adapters.clock import FixedClock
from qa_app.services.site import Site
from tests.factories import make_specialist
from tests.factories.people import PASSWORD


def sign_in_as(client: FlaskClient, login: str, password: str, address: str = "127.0.0.1"):  # type: ignore[no-untyped-def]
    return client.post(
        "/sign-in",
        data={"login": login, "password": password},
        environ_base={"REMOTE_ADDR": address},
    )


def test_a_right_password_opens_a_session_and_signing_out_kills_it(
    site: Site, client: FlaskClient
) -> None:
    with site.writing() as ctx:
        make_specialist(ctx, "wang")
    assert sign_in_as(client, "wang", PASSWORD).status_code == 302
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert client.get("/password").status_code == 200
    assert client.post("/sign-out").status_code == 302
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    answer = client.get("/password")
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


def test_guesses_are_throttled_for_the_guesser_but_not_for_the_owner(
    site: Site, client: FlaskClient
) -> None:
    with site.writing() as ctx:
        make_specialist(ctx, "wang")
    answers = [sign_in_as(client, "wang", f"guess {n}", "10.0.0.9") for n in range(8)]
    assert [answer.status_code for answer in answers] == [422] * 8
    assert b"Too many wrong passwords" in answers[-1].data
    assert b"Too many wrong passwords" in sign_in_as(client, "wang", PASSWORD, "10.0.0.9").data
    assert sign_in_as(client, "wang", PASSWORD, "10.0.0.10").status_code == 302


def test_a_throttled_guesser_may_try_again_later(
    site: Site, client: FlaskClient, clock: FixedClock
) -> None:
    with site.writing() as ctx:
        make_specialist(ctx, "wang")
    for number in range(6):
        sign_in_as(client, "wang", f"guess {number}")
    clock.advance(minutes=16)
    assert sign_in_as(client, "wang", PASSWORD).status_code == 302


def test_an_unknown_login_gets_the_answer_of_a_wrong_password(
    site: Site, client: FlaskClient
) -> None:
    with site.writing() as ctx:
        make_specialist(ctx, "wang")
    known, unknown = sign_in_as(client, "wang", "wrong"), sign_in_as(client, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 422
    assert known.data.replace(b"wang", b"x") == unknown.data.replace(b"nobody", b"x")
