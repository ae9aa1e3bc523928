"""A pick that cannot be graded is replaced at the desk, and the draw's page tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Assignment
from qa_app.queries.sampling import verify_draw
from qa_app.services.recordings import attach_recording
from qa_app.services.sampling import run_draw
from qa_app.services.site import Site
from tests.factories import make_conversation, make_person, make_specialist, make_team
from tests.factories.people import PASSWORD
from tests.factories.sampling import PERIOD, plan_text, publish_plan_text
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_broken_sound_is_replaced_and_the_next_one_opens(
    sqlite_site: Site,
    serve: Serve,
    open_page: OpenPage,
    page_problems: list[str],
    tmp_path: Path,
    scripts: bool,
) -> None:
    (tmp_path / "rubbish").write_bytes(b"<html>" * 500)
    with sqlite_site.writing() as ctx:
        agent = make_person(ctx, "E1", team=make_team(ctx, "A"))
        make_specialist(ctx, "grader")
        rubbish = sqlite_site.store.put(tmp_path / "rubbish")
        for number in range(3):
            call = make_conversation(ctx, agent, channel="call", external_id=f"c{number}")
            attach_recording(ctx, call.id, rubbish)
        publish_plan_text(ctx, plan_text(call=1, chat=None))
        code = run_draw(ctx, PERIOD, "main").code
        old = ctx.session.scalars(select(Assignment)).one().id
    run_pending_jobs(sqlite_site)
    page = open_page(serve(sqlite_site), javascript=scripts, size=(1280, 720))
    page.goto(f"/sign-in?next=/grade/{old}")
    page.fill("[name=login]", "grader")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**/grade/{old}")
    page.get_by_role("button", name="Replace this conversation").click()
    dialog = page.get_by_role("dialog", name="Replace this conversation")
    expect(dialog.get_by_label("no sound")).to_be_checked()
    if scripts:
        assert accessibility_problems(page) == []
        take_screenshot(page, "replace-dialog")
    dialog.get_by_role("button", name="Replace", exact=True).click()
    page.wait_for_url(lambda url: "/grade/" in url and not url.endswith(f"/{old}"))
    expect(page.get_by_text("has the next ticket of the draw")).to_be_visible()
    page.goto(f"/grade/{old}")
    expect(page.get_by_text("This assignment was taken back")).to_be_visible()
    page_problems.clear()  # 409 is its answer
    page.goto(f"/sampling/draws/{code}?verify=1")
    expect(page.get_by_text("Proved", exact=True)).to_be_visible()
    row = page.get_by_role("table", name="Replacements").get_by_role("row").nth(1)
    expect(row).to_contain_text("grader")
    expect(row).to_contain_text("no sound 1")
    with sqlite_site.reading() as ctx:
        assert verify_draw(ctx, code) is None
