"""Pages about sampling: plans, draws, their records and their proof."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from qa_app.domain.period import PeriodState
from qa_app.models import Account, Period, PeriodSeed, Stratum
from qa_app.queries.sampling import draw_list
from qa_app.services.site import Site
from tests.factories import make_account, make_agent, make_lead, make_specialist, make_team
from tests.factories.sampling import (
    PERIOD,
    first_draw,
    form_text,
    make_department,
    plan_text,
    publish_plan_text,
)
from tests.infrastructure.sites import SignIn

CODE = "2026-11-H2.main.1"
SEED = "0f" * 32


@pytest.fixture
def specialist(site: Site) -> Account:
    with site.writing() as ctx:
        return make_specialist(ctx, "me")


def test_a_specialist_draws_from_the_page(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    with site.writing() as ctx:
        make_department(ctx)
        publish_plan_text(ctx, plan_text())
    sign_in(client, specialist)
    page = client.get("/sampling/").text
    assert "Plan main" in page
    with site.reading() as ctx:
        made = ctx.session.scalars(select(PeriodSeed)).one()
        assert made.commitment in page
        assert made.seed not in page
    answer = client.post("/sampling/plans/main/draw", data={"period": PERIOD})
    assert answer.location == f"/sampling/draws/{CODE}"
    page = client.get(answer.location).text
    assert "6 conversations are drawn and assigned." in page
    again = client.post("/sampling/plans/main/draw", data={"period": PERIOD}, follow_redirects=True)
    assert "Nothing is left to draw for main in 2026-11-H2" in again.text
    with site.reading() as ctx:
        (draw,) = draw_list(ctx)
        assert draw.drawn_by == "Me"


def test_the_record_is_proved_on_its_page(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    with site.writing() as ctx:
        first_draw(ctx, SEED)
    sign_in(client, specialist)
    assert "Proved" in client.get(f"/sampling/draws/{CODE}?verify=1").text
    record = client.get(f"/sampling/draws/{CODE}/record.json")
    assert record.headers["Content-Disposition"] == f'attachment; filename="{CODE}.json"'
    assert record.json is not None
    assert record.json["commitment"] == hashlib.sha256(bytes.fromhex(SEED)).hexdigest()
    assert record.json["seed"] is None
    with site.writing() as ctx:
        ctx.session.execute(update(Stratum).values(frame_digest="0" * 64))
    page = client.get(f"/sampling/draws/{CODE}?verify=1").text
    assert "Not proved" in page
    assert "strata[0].frame_digest" in page


def test_a_stratum_shows_its_tickets_and_its_frame(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        stratum = ctx.session.scalars(select(Stratum).order_by(Stratum.id)).first()
        assert stratum is not None
    sign_in(client, specialist)
    page = client.get(f"/sampling/draws/{CODE}/strata/{stratum.id}").text
    for number in range(6):
        assert f"test:E1-{number}" in page
    assert stratum.frame_digest in page
    assert client.get(f"/sampling/draws/{CODE}/strata/999999").status_code == 404


def test_the_seed_is_shown_once_the_period_is_published(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    with site.writing() as ctx:
        first_draw(ctx, SEED)
    sign_in(client, specialist)
    places = ("/sampling/", "/sampling/plans/main", f"/sampling/draws/{CODE}")
    for place in places:
        assert SEED not in client.get(place).text
    with site.writing() as ctx:
        ctx.session.execute(update(Period).values(state=PeriodState.PUBLISHED))
    for place in places:
        assert SEED in client.get(place).text
    answer = client.post(
        "/sampling/plans/main/draw", data={"period": PERIOD}, follow_redirects=True
    )
    assert "nothing is drawn in it any more" in answer.text


def test_lists_are_given_as_files(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
    sign_in(client, specialist)
    draws = client.get("/sampling/?format=csv").text
    assert CODE in draws
    assert client.get(f"/sampling/draws/{CODE}?format=csv").text.count("test:E") == 6
    assert client.get("/sampling/plans/main?format=xlsx").status_code == 200


@pytest.mark.parametrize("role", ["agent", "hr", "admin"])
def test_others_see_no_plans_and_no_draws(
    site: Site, client: FlaskClient, sign_in: SignIn, role: str
) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        account = make_agent(ctx)[1] if role == "agent" else make_account(ctx, role)
    sign_in(client, account)
    for place in ("/sampling/", "/sampling/plans/main", f"/sampling/draws/{CODE}"):
        assert client.get(place).status_code == 403


def test_a_lead_reads_but_neither_draws_nor_publishes(
    site: Site, client: FlaskClient, sign_in: SignIn
) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        lead = make_lead(ctx, make_team(ctx))[1]
    sign_in(client, lead)
    page = client.get("/sampling/").text
    assert "Draw now" not in page
    shown = client.get(f"/sampling/draws/{CODE}").text
    assert not re.search(r"Person E1\b", shown)
    assert client.post("/sampling/plans/main/draw").status_code == 403
    assert client.get("/sampling/publish").status_code == 403


def test_a_plan_is_published_from_a_file(
    site: Site, client: FlaskClient, sign_in: SignIn, specialist: Account
) -> None:
    with site.writing() as ctx:
        from qa_app.services.scorecards import publish_scorecard

        publish_scorecard(ctx, form_text("form"))
    sign_in(client, specialist)

    def send(text: str, **more: str):  # type: ignore[no-untyped-def]
        upload = (io.BytesIO(text.encode()), "plan.yaml")
        return client.post("/sampling/publish", data={"file": upload, **more})

    wrong = send(plan_text(more="graders: [nobody]"))
    assert wrong.status_code == 422
    assert "There is no account nobody." in wrong.text
    assert "graders[0]" in wrong.text
    assert send("\x00").status_code == 422
    assert "Nothing is wrong." in send(plan_text(), check="1").text
    assert send(plan_text()).location == "/sampling/plans/main"
    assert "Plan main" in client.get("/sampling/plans/main").text
    assert client.get("/sampling/plans/other").status_code == 404
    assert client.get("/sampling/?period=never").status_code == 422
