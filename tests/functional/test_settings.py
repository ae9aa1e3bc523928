"""Settings of the site: chosen once, kept, audited, and obeyed by the desk."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from qa_app.domain.errors import InvalidInput, NotAllowed
from qa_app.domain.settings import HIDDEN, RUNNING_SCORE, SHOWN
from qa_app.models import AuditEntry
from qa_app.queries.settings import setting
from qa_app.security.context import SYSTEM
from qa_app.services.settings import change_setting
from qa_app.services.site import Site
from tests.factories import (
    make_account,
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.grading import acting
from tests.infrastructure.sites import SignIn


def chosen(site: Site) -> object:
    with site.reading() as ctx:
        return setting(ctx, RUNNING_SCORE)


def test_a_setting_has_its_default_until_somebody_chooses(site: Site) -> None:
    assert chosen(site) == SHOWN
    with site.writing(SYSTEM) as ctx:
        assert change_setting(ctx, RUNNING_SCORE, HIDDEN)
        assert setting(ctx, RUNNING_SCORE) == HIDDEN
        assert not change_setting(ctx, RUNNING_SCORE, HIDDEN)
    assert chosen(site) == HIDDEN
    with site.reading() as ctx:
        wanted = select(AuditEntry.data).where(AuditEntry.action == "setting.changed")
        assert ctx.session.scalars(wanted).all() == [{"before": SHOWN, "after": HIDDEN}]


def test_only_known_settings_take_known_values(site: Site) -> None:
    with site.writing(SYSTEM) as ctx:
        for name, value in ((RUNNING_SCORE, "perhaps"), ("colour", "red")):
            with pytest.raises(InvalidInput):
                change_setting(ctx, name, value)


def test_graders_do_not_choose(site: Site) -> None:
    with site.writing() as ctx:
        grader = make_specialist(ctx, "grader")
        with pytest.raises(NotAllowed):
            change_setting(acting(ctx, grader), RUNNING_SCORE, HIDDEN)


def test_a_manager_hides_the_running_score(
    site: Site, client: FlaskClient, sign_in: SignIn
) -> None:
    with site.writing() as ctx:
        agent, _account = make_agent(ctx, make_team(ctx))
        grader = make_specialist(ctx, "grader")
        manager = make_account(ctx, "manager")
        talk = make_conversation(ctx, agent)
        given = make_assignment(ctx, talk, grader, publish_form(ctx)).id
    sign_in(client, manager)
    page = client.get("/settings").get_data(as_text=True)
    assert "Running score on the desk" in page
    answer = client.post("/settings", data={RUNNING_SCORE: HIDDEN}, follow_redirects=True)
    assert "The settings are saved" in answer.get_data(as_text=True)
    sign_in(client, grader)
    page = client.get(f"/grade/{given}").get_data(as_text=True)
    assert "data-running-score" not in page
    assert "data-score" not in page
