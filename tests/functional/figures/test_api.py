"""Figures and evaluations over the API, with a bearer token and the scope of its account."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from qa_app.queries.figures import period_figures
from qa_app.services.accounts import create_token
from qa_app.services.site import Site
from tests.factories.figures import FIRST, SECOND
from tests.functional.figures.conftest import Graded


@pytest.fixture
def ask(site: Site, app: Flask, graded: Graded):  # type: ignore[no-untyped-def]
    def get(who: str, path: str) -> tuple[int, Any]:
        with site.writing() as ctx:
            token = create_token(ctx, graded.people.accounts[who].login, days=1)
        answer = app.test_client().get(
            f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}
        )
        return answer.status_code, answer.get_json()

    return get


def test_the_figures_are_the_document_of_the_command(site: Site, ask, graded: Graded) -> None:  # type: ignore[no-untyped-def]
    for code in (FIRST, SECOND):
        with site.reading() as ctx:
            wanted = period_figures(ctx, code)
        assert ask("qing", f"/periods/{code}/figures") == (200, wanted)
        assert ask("manager", f"/periods/{code}/figures") == (200, wanted)


def test_a_lead_gets_the_own_team_and_an_agent_the_own_figures(ask) -> None:  # type: ignore[no-untyped-def]
    def agents(who: str) -> set[str]:
        status, document = ask(who, f"/periods/{FIRST}/figures")
        assert status == 200
        return {figure["agent"] for figure in document["figures"]}

    assert agents("lead A") == {"E-anna", "E-ben"}
    assert agents("lead B") == {"E-carl"}
    assert agents("anna") == {"E-anna"}
    assert ask("hr", f"/periods/{FIRST}/figures")[0] == 404
    assert ask("admin", f"/periods/{FIRST}/figures")[0] == 403
    assert ask("qing", "/periods/november/figures")[0] == 404


def test_an_evaluation_says_what_its_reader_may_know(ask, graded: Graded) -> None:  # type: ignore[no-untyped-def]
    path = f"/evaluations/{graded.evaluation('ben', 'chat', SECOND)}"
    status, document = ask("ben", path)
    assert (status, document["score"], document["fatal"]) == (200, "0.00", True)
    assert document["result"]["questions"]["slips"]["lost"] == "25.00"
    assert "flags" not in document
    assert [flag["kind"] for flag in ask("lead A", path)[1]["flags"]] == ["fatal"]
    for who in ("anna", "lead B"):
        assert ask(who, path)[0] == ask(who, "/evaluations/999999")[0] == 404
    assert ask("hr", path)[0] == 403


def test_without_a_token_nothing_is_said(app: Flask, graded: Graded) -> None:
    for path in (f"/periods/{FIRST}/figures", f"/evaluations/{graded.evaluation('anna')}"):
        assert app.test_client().get(f"/api/v1{path}").status_code == 401
