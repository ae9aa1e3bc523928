"""Pages about scorecards: forms in force, their versions, publishing."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

from qa_app.models import Account
from qa_app.services.scorecards import publish_scorecard
from qa_app.services.site import Site
from scorecards import shipped, shipped_text
from tests.factories import make_account, make_agent, make_specialist
from tests.factories.sampling import form_text
from tests.infrastructure.sites import SignIn


@pytest.fixture
def specialist(site: Site) -> Account:
    with site.writing() as ctx:
        return make_specialist(ctx)


@pytest.mark.parametrize("form_id", shipped())
def test_every_shipped_form_can_be_read(sqlite_site: Site, form_id: str) -> None:
    from qa_app.app import create_app
    from tests.factories.grading import actor_for

    with sqlite_site.writing() as ctx:
        publish_scorecard(ctx, shipped_text(form_id))
        account = make_specialist(ctx)
    app = create_app(sqlite_site, testing=True)
    with app.test_request_context():
        from qa_app.queries.scorecards import load_version, newest_version
        from qa_app.web.presenters.scorecards import form_in_force

        with sqlite_site.reading(actor_for(account)) as ctx:
            view = form_in_force(load_version(ctx, newest_version(ctx, form_id).id))
    assert view["sections"]


def test_a_form_in_force_says_what_each_answer_costs(
    site: Site, client: FlaskClient, sign_in: SignIn
) -> None:
    with site.writing() as ctx:
        publish_scorecard(ctx, form_text("form"))
        agent = make_agent(ctx)[1]
    sign_in(client, agent)
    assert "Form form" in client.get("/scorecards/").text
    page = client.get("/scorecards/form").text
    assert "66.67 points" in page
    assert "−66.67" in page
    assert "−8.33" in page  # one step of the rating of 33.33 points
    assert client.get("/scorecards/other").status_code == 404


def test_older_versions_are_for_those_who_keep_forms(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    with site.writing() as ctx:
        publish_scorecard(ctx, form_text("form"))
        publish_scorecard(ctx, form_text("form", extra="full_marks: 50"))
        agent = make_agent(ctx)[1]
    sign_in(client, specialist)
    assert "no longer in force" in client.get("/scorecards/form?version=1").text
    assert client.get("/scorecards/form/source?version=1").text == form_text("form")
    sign_in(client, agent)
    assert client.get("/scorecards/form?version=1").status_code == 404
    assert client.get("/scorecards/form?version=2").status_code == 200


def test_a_form_is_published_from_a_file_or_from_the_shelf(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    sign_in(client, specialist)

    def send(text: str, **more: str):  # type: ignore[no-untyped-def]
        upload = (io.BytesIO(text.encode()), "form.yaml")
        return client.post("/scorecards/publish_form", data={"file": upload, **more})

    wrong = send(form_text("form").replace("yes_no", "yesno"))
    assert wrong.status_code == 422
    assert "sections[0].questions[0].type" in wrong.text
    assert "greeting, title" in wrong.text  # the line itself
    checked = send(form_text("form"), check="1")
    assert checked.status_code == 200
    assert client.get("/scorecards/form").status_code == 404
    assert send(form_text("form")).location == "/scorecards/form?version=1"
    shelf = client.post("/scorecards/publish_form", data={"shipped": "chat-text"})
    assert shelf.location == "/scorecards/chat-text?version=1"
    assert client.post("/scorecards/publish_form", data={}).status_code == 422
    unknown = client.post("/scorecards/publish_form", data={"shipped": "nothing"})
    assert unknown.status_code == 422


@pytest.mark.parametrize("role", ["hr", "admin"])
def test_forms_are_not_for_everybody(
    site: Site, client: FlaskClient, sign_in: SignIn, role: str
) -> None:
    with site.writing() as ctx:
        account = make_account(ctx, role)
    sign_in(client, account)
    assert client.get("/scorecards/").status_code == 403


def test_agents_publish_nothing(site: Site, client: FlaskClient, sign_in: SignIn) -> None:
    with site.writing() as ctx:
        account = make_agent(ctx)[1]
    sign_in(client, account)
    assert client.get("/scorecards/publish_form").status_code == 403
    assert client.post("/scorecards/publish_form").status_code == 403
