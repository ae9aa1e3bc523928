"""The largest conversations, graded to the end by keyboard: an hour, ten thousand messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa_app.domain.evaluation import EvaluationState
from qa_app.services.site import Site
from tests.browser.desks import FORM, Desk
from tests.browser.players import at, make_call_desk, player_page
from tests.browser.test_transcript import said
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.hard_sounds import write_long
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve

pytestmark = pytest.mark.browser
MANY = 10_000


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def submit(desk: Desk, page: Page, assignment: int) -> None:
    expect(page.locator("[data-missing]")).to_be_hidden()
    press(page, "Control+Enter")
    expect(page.get_by_text("All done")).to_be_visible(timeout=20_000)
    assert desk.evaluation(assignment).state is EvaluationState.RELEASED


def test_an_hour_of_sound(
    sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    sound = write_long(tmp_path / "hour.wav")
    desk = make_call_desk(sqlite_site, serve(sqlite_site), open_page, sound)
    page = player_page(desk)
    expect(page.locator("[data-map]")).to_be_visible()
    press(page, "Space")
    expect(page.locator("[data-wave]")).to_have_attribute("aria-valuenow", re.compile("[1-9]"))
    press(page, "Space - - - -")
    page.locator("[data-wave]").focus()
    press(page, "End")
    assert at(page) == pytest.approx(3600, abs=1)
    press(page, "Shift+ArrowLeft [ ArrowRight ] 2 e")
    expect(page.locator("#q-greeting .place")).to_have_text(re.compile("59:5"))
    take_screenshot(page, "largest-call")
    assert accessibility_problems(page) == []
    press(page, "j 1 j 5 j 2")
    submit(desk, page, desk.call)
    (place,) = desk.evaluation(desk.call).sheet["greeting"]["evidence"]
    assert place["to_ms"] - place["from_ms"] == 3000
    assert place["from_ms"] > 3_580_000


def test_ten_thousand_messages(sqlite_site: Site, serve: Serve, open_page: OpenPage) -> None:
    with sqlite_site.writing() as ctx:
        agent, _account = make_agent(ctx, make_team(ctx))
        grader, form = make_specialist(ctx, "grader"), publish_form(ctx, FORM)
        turns = [said(("customer", "agent")[i % 2], f"No. {i} of it", i * 7) for i in range(MANY)]
        chat = make_conversation(ctx, agent, turns=turns)
        given = make_assignment(ctx, chat, grader, form).id
    desk = Desk(sqlite_site, serve(sqlite_site), open_page, given, given)
    page = desk.page()
    press(page, "2 /")
    page.keyboard.type(f"No. {MANY - 2}")
    expect(page.locator("[data-find-count]")).to_have_text("1 / 1")
    press(page, "Escape ArrowDown e")
    expect(page.locator("#q-greeting .place")).to_have_text(re.compile(f"Message {MANY}"))
    expect(page.locator(f"#turn-{MANY - 1}")).to_be_in_viewport()
    take_screenshot(page, "largest-chat")
    press(page, "j 1 j 5 j 2")
    submit(desk, page, given)
    assert desk.evaluation(given).sheet["greeting"]["evidence"] == [{"turn": MANY - 1}]
