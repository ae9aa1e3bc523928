"""Every answer carries its headers: pages, files, errors, and what the browser fetches for them."""

from __future__ import annotations

import dataclasses
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from qa_app.app import create_app
from qa_app.services.site import Site
from qa_app.web.access import public
from tests.functional.permission_requests import address, ask
from tests.functional.permission_table import lines
from tests.infrastructure.ports import free_port
from tests.infrastructure.worlds import House

GETS = [line for line in lines() if line.method == "GET"]
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
PRIVATE = {"recordings.sound", "recordings.peaks"}
SANDBOXED = {"recordings.sound"}


def check(answer: TestResponse, *, sandboxed: bool = False) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.get(name) == value, name
    policy = answer.headers["Content-Security-Policy"]
    if sandboxed:
        assert policy == "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
        return
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'"
    assert rules["script-src"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert "unsafe" not in policy
    assert "Server" not in answer.headers


@pytest.mark.parametrize("line", GETS, ids=str)
def test_every_page_is_closed_to_other_sites_and_kept_nowhere(world: House, line: object) -> None:
    path = address(world.app.url_map, "GET", line.endpoint, line.thing, world.ids)  # type: ignore[attr-defined]
    for role in ("specialist", "nobody"):
        answer = ask(world.client(role), "GET", path, line.endpoint)  # type: ignore[attr-defined]
        is_sound = line.endpoint in PRIVATE and answer.status_code == 200  # type: ignore[attr-defined]
        check(answer, sandboxed=is_sound and line.endpoint in SANDBOXED)  # type: ignore[attr-defined]
        kept = answer.headers["Cache-Control"]
        if is_sound:
            assert "private" in kept
            assert "no-cache" in kept or "no-store" in kept
        else:
            assert kept == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/conversations/0x10", 404),
        ("GET", "/conversations/-1", 404),
        ("GET", "/conversations/99999999999999999999999", 404),
        ("GET", "/periods/2026-11-H3", 404),
        ("GET", "/assets/../config.py", 404),
        ("GET", "/assets/%2e%2e/manifest.json", 404),
        ("PUT", "/password", 405),
        ("TRACE", "/", 405),
        ("GET", "/sign-out", 405),
    ],
)
def test_errors_carry_them_too(world: House, method: str, path: str, status: int) -> None:
    answer = world.client("specialist").open(path, method=method, buffered=True)
    assert answer.status_code == status
    check(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"Traceback" not in answer.data


def test_an_upload_that_is_too_large_is_refused_with_them(world: House) -> None:
    limit = world.app.config["MAX_CONTENT_LENGTH"]
    world.app.config["MAX_CONTENT_LENGTH"] = 1000
    try:
        answer = world.client("specialist").post("/imports/new", data={"source": "x" * 2000})
    finally:
        world.app.config["MAX_CONTENT_LENGTH"] = limit
    assert answer.status_code == 413
    check(answer)


def test_built_files_are_kept_for_ever_under_names_of_their_content(world: House) -> None:
    page = world.client("nobody").get("/sign-in").get_data(as_text=True)
    found = [part.split('"')[0] for part in page.split('="') if part.startswith("/assets/")]
    if not found:
        pytest.skip("the front end is not built")
    for path in found:
        answer = world.client("nobody").get(path, buffered=True)
        assert answer.status_code == 200, path
        check(answer)
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers


@pytest.fixture
def broken_app(sqlite_site: Site) -> Flask:
    app = create_app(sqlite_site)

    def fail() -> str:
        raise RuntimeError("a secret of the house")

    app.add_url_rule("/fail", "fail", public(fail))
    return app


def test_an_unexpected_error_gives_a_number_and_no_insight(broken_app: Flask) -> None:
    client = broken_app.test_client()
    page = client.get("/fail")
    assert page.status_code == 500
    check(page)
    script = client.get("/fail", headers={"Accept": "application/json"})
    assert script.status_code == 500
    assert set(json.loads(script.data)["error"]) == {"code", "message", "number"}
    for answer in (page, script):
        assert b"secret" not in answer.data
        assert b"Traceback" not in answer.data


def test_a_database_that_does_not_answer_is_said_and_nothing_fails(sqlite_site: Site) -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/qa"
    settings = dataclasses.replace(sqlite_site.settings, database_url=url)
    site = Site.open(settings, sqlite_site.clock)
    client: FlaskClient = create_app(site).test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "token"
    for path in ("/health", "/", "/conversations/"):
        answer = client.get(path)
        assert answer.status_code == 503
        check(answer)
    assert client.get("/sign-in", headers={"Accept": "application/json"}).status_code == 503
    site.close()
