"""Every page, every role, everybody's things: answered as the permission table says."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from qa_app.models import AuditEntry
from qa_app.web.access import MARK
from tests.functional.permission_requests import address, ask
from tests.functional.permission_table import ROLES, Line, lines
from tests.infrastructure.worlds import House

OPENED = {"200", "302", "303"}
LINES = lines()
QUIET = [line for line in LINES if any(not one.endswith("+") for one in line.answers.values())]
DEEDS = [(line, role) for line in LINES for role, one in line.answers.items() if one.endswith("+")]
# Things that are there for somebody, and not there for somebody else.
HIDDEN = [
    line
    for line in QUIET
    if "404" in line.answers.values()
    and {one.rstrip("+") for one in line.answers.values()} & OPENED
]
# Whom these roles must never read of, on any page: other teams' people, and an agent's colleagues.
STRANGERS = {"lead": ("Carl", "E-carl"), "agent": ("Carl", "E-carl", "E-ben", "Ben<", "Lina<")}
LISTS = (
    "/conversations/?format=csv",
    "/evaluations?format=csv",
    "/flags/?state=all&format=csv",
    "/my/evaluations?format=csv",
    "/people/?format=csv",
    "/periods/2026-11-H1?format=csv",
    "/periods/2026-11-H2?format=csv",
)


@pytest.fixture(scope="module", autouse=True)
def _everybody_is_signed_in(world: House) -> None:
    for role in ROLES:
        world.client(role)


def outcome(answer: TestResponse) -> str:
    is_sign_in = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
    return "in" if is_sign_in else str(answer.status_code)


def denials(world: House) -> int:
    with world.site.reading() as ctx:
        noted = select(func.count()).where(AuditEntry.action == "access.denied")
        return ctx.session.execute(noted).scalar_one()


def neutral(answer: TestResponse, path: str) -> tuple[int, str]:
    """Status and body, without the address, names, numbers and tokens."""
    text = answer.get_data(as_text=True).replace(path, "PATH")
    text = re.sub(r'There is no (\w+) [^"<]*', r"There is no \1 X.", text)
    text = re.sub(r'(name="csrf[-_]token"[^>]*(value|content)=)"[^"]*"', r'\1"T"', text)
    return answer.status_code, re.sub(r"\d+", "N", text)


def endpoints(app: Flask) -> set[tuple[str, str]]:
    rules = app.url_map.iter_rules()
    ours = ("GET", "POST", "PUT", "PATCH", "DELETE")
    return {(way, rule.endpoint) for rule in rules for way in ours if way in (rule.methods or ())}


def test_the_table_has_every_page_and_no_other(world: House) -> None:
    assert {(line.method, line.endpoint) for line in LINES} == endpoints(world.app)


def test_every_view_says_who_may_open_it(world: House) -> None:
    views = world.app.view_functions
    assert [name for name, view in views.items() if not hasattr(view, MARK)] == []


@pytest.mark.parametrize("line", QUIET, ids=str)
def test_the_answer_is_the_table_s_and_nothing_is_changed(world: House, line: Line) -> None:
    path = address(world.app.url_map, line.method, line.endpoint, line.thing, world.ids)
    before, denied = world.contents(), denials(world)
    expected = {role: one for role, one in line.answers.items() if not one.endswith("+")}
    found: dict[str, str] = {}
    for role in expected:
        answer = ask(world.client(role), line.method, path, line.endpoint)
        found[role] = outcome(answer)
        for name in STRANGERS.get(role, ()):
            assert name.encode() not in answer.data, f"{role} reads of {name}"
    assert found == expected
    assert world.contents() == before
    refused = [role for role, one in expected.items() if one in ("403", "404") and role != "nobody"]
    if line.endpoint != "assets":
        assert denials(world) - denied == len(refused)


@pytest.mark.parametrize(("line", "role"), DEEDS, ids=str)
def test_the_deed_is_done(fresh_world: House, line: Line, role: str) -> None:
    path = address(fresh_world.app.url_map, line.method, line.endpoint, line.thing, fresh_world.ids)
    client = fresh_world.client(role)
    before = fresh_world.contents()
    answer = ask(client, line.method, path, line.endpoint)
    assert outcome(answer) + "+" == line.answers[role]
    assert fresh_world.contents() != before


@pytest.mark.parametrize("line", HIDDEN, ids=str)
def test_what_one_may_not_know_of_looks_like_what_is_not_there(world: House, line: Line) -> None:
    urls = world.app.url_map
    nothing = " ".join([*line.thing.split()[:-1], "missing"] if "period" in line.endpoint else [])
    there = address(urls, line.method, line.endpoint, line.thing, world.ids)
    nowhere = address(urls, line.method, line.endpoint, nothing or "missing", world.ids)
    for role in (role for role, one in line.answers.items() if one == "404"):
        for accept in ("text/html", "application/json"):
            hidden, missing = (
                neutral(
                    ask(
                        world.client(role),
                        line.method,
                        path,
                        line.endpoint,
                        headers={"Accept": accept},
                    ),
                    path,
                )
                for path in (there, nowhere)
            )
            assert hidden == missing, (role, accept)


@pytest.mark.parametrize("role", STRANGERS)
@pytest.mark.parametrize("path", LISTS)
def test_files_of_lists_name_no_stranger(world: House, role: str, path: str) -> None:
    answer = world.client(role).get(path)
    assert answer.status_code in (200, 302, 403, 404)
    for name in STRANGERS[role]:
        assert name.rstrip("<").encode() not in answer.data


@pytest.mark.parametrize("line", [line for line in LINES if line.method == "POST"], ids=str)
def test_an_unsafe_request_without_the_form_s_token_is_refused(world: House, line: Line) -> None:
    path = address(world.app.url_map, line.method, line.endpoint, line.thing, world.ids)
    before = world.contents()
    world.app.config["WTF_CSRF_ENABLED"] = True
    try:
        for role, expected in line.answers.items():
            if expected in ("in", "403"):
                continue
            for token in ("", "ImZvcmdlZCI.aaaaaa.forged"):
                sent = {"X-CSRFToken": token} if token else {}
                answer = ask(world.client(role), line.method, path, line.endpoint, headers=sent)
                assert answer.status_code == 400, role
    finally:
        world.app.config["WTF_CSRF_ENABLED"] = False
    assert world.contents() == before
