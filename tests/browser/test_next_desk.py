"""Conversations graded in a row on one page: each works, and nothing of the former one is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy import select

from qa_app.domain.snippets import SnippetText
from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Account, Person, ScorecardVersion
from qa_app.security.context import SYSTEM
from qa_app.services.recordings import attach_recording
from qa_app.services.site import Site
from qa_app.services.snippets import add_snippet
from tests.browser.desks import SECONDS, SPOKEN, Desk, expect_saved, make_desk
from tests.factories import make_assignment, make_conversation
from tests.infrastructure.browser import OpenPage, accessibility_problems
from tests.infrastructure.serving import Serve
from tests.integration.adapters.sounds import clicks, write

pytestmark = pytest.mark.browser
FETCHED = "performance.getEntriesByName('next-desk-fetched').length"
TWICE = """(here) => new Promise((done) => {
  const press = () => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
    {key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true}));
  const look = () => {
    if (document.querySelector('#grading').dataset.assignment === here) requestAnimationFrame(look);
    else { press(); done(); }
  };
  press(); look();
})"""
COUNTERS = ("JSEventListeners", "Nodes", "Documents")


@pytest.fixture
def desk(sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Desk:
    """A call, a chat, and five more calls."""
    made = make_desk(sqlite_site, serve(sqlite_site), open_page, tmp_path)
    sound = write(tmp_path / "more.wav", clicks(SECONDS, 1))
    with sqlite_site.writing(SYSTEM) as ctx:
        add_snippet(ctx, SnippetText("Praise", "Well done, {agent}."))
        agent = ctx.session.scalars(select(Person).order_by(Person.id)).first()
        form = ctx.session.scalars(select(ScorecardVersion)).one()
        grader = ctx.session.scalars(select(Account).where(Account.login == "grader")).one()
        assert agent is not None
        for _ in range(5):
            call = make_conversation(ctx, agent, channel="call", turns=SPOKEN, duration_s=SECONDS)
            attach_recording(ctx, call.id, sqlite_site.store.put(sound))
            make_assignment(ctx, call, grader, form)
    run_pending_jobs(sqlite_site)
    return made


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def current(page: Page) -> str:
    script = "document.activeElement.closest('[data-question]')?.dataset.question ?? ''"
    return str(page.evaluate(script))


def checked(page: Page) -> int:
    return page.locator("[data-question] input:checked").count()


def fetched(page: Page) -> None:
    """Wait until the next desk is at hand."""
    expect_saved(page)
    for _ in range(100):
        if page.evaluate(FETCHED):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the next desk was not fetched")


def go_on(page: Page, assignment_id: int) -> None:
    """Submit, and be at that desk without a page having been loaded."""
    fetched(page)
    page.evaluate("window.isOnePage = true")
    press(page, "Control+Enter")
    page.wait_for_url(f"**/grade/{assignment_id}")
    expect(page.locator("#q-greeting")).to_be_focused()
    assert page.evaluate("window.isOnePage") is True


def answer(page: Page) -> None:
    press(page, "1", "j", "1", "j", "5", "j", "2")


def hear(page: Page) -> None:
    """Space plays one sound and stops it; the arrow goes three seconds on, once."""
    expect(page.locator(".player[data-drawn]")).to_be_visible()
    assert page.locator("audio").count() == 1
    press(page, "Space")
    expect(page.locator(".player.is-playing")).to_be_visible()
    press(page, "Space")
    expect(page.locator(".player:not(.is-playing)")).to_be_visible()
    page.evaluate("document.querySelector('audio').currentTime = 0")
    press(page, "ArrowRight")
    assert page.evaluate("document.querySelector('audio').currentTime") == 3


def search(page: Page) -> None:
    press(page, "/")
    words = page.locator(".turn-text").nth(1).inner_text()
    page.keyboard.insert_text(words[:4])
    expect(page.locator("[data-find-count]")).to_contain_text("1 / ")
    press(page, "Escape")
    assert page.evaluate("CSS.highlights.get('found').size") >= 1


def work_through(page: Page) -> None:
    """Every part of the desk answers once to one press."""
    assert current(page) == "greeting"
    assert checked(page) == 0
    expect(page.locator("[data-find-count]")).to_have_text("")
    assert page.locator("[data-find-text]").input_value() == ""
    if page.locator("form[data-channel=call]").count():
        hear(page)
    search(page)
    press(page, "j")
    assert current(page) == "identity"
    press(page, "1", "k", "2", "z", "z", "k")
    assert checked(page) == 0
    press(page, "c")
    page.keyboard.type("/pra")
    expect(page.locator(".snippet-list [role=option]")).to_have_count(1)
    press(page, "Enter", "Escape")
    agent = page.locator("h1").inner_text()
    expect(page.locator("textarea[name='c.greeting']")).to_have_value(f"Well done, {agent}.")
    press(page, "?")
    expect(page.locator("dialog#keys")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#q-greeting")).to_be_focused()
    answer(page)
    expect_saved(page)


def test_three_conversations_are_graded_in_a_row_on_one_page(desk: Desk) -> None:
    page = desk.page()
    posted: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and "/grade/" in request.url:
            posted.append(request.url.split("/grade/")[1])

    page.on("request", note)
    first, second, third, fourth = desk.assignments()[:4]
    for here, following in ((first, second), (second, third), (third, fourth)):
        begun = len(posted)
        work_through(page)
        go_on(page, following)
        assert {one.split("/")[0] for one in posted[begun:]} == {str(here)}
        assert posted[begun:].count(f"{here}/submit") == 1
        expect(page.locator("#toasts")).to_contain_text("Submitted: ")
        kept = desk.evaluation(here)
        assert kept.submitted_at is not None
        assert kept.sheet["tone"] == {"answer": 5}
        assert "Well done" in kept.sheet["greeting"]["comment"]
    expect(page.locator("[data-arrived]")).to_have_text(page.title())
    expect(page.locator(".desk-due")).to_contain_text("4 left")
    assert page.locator("#question-state").count() == 1
    assert accessibility_problems(page) == []


def test_the_second_of_two_presses_does_not_submit_the_next_desk(desk: Desk) -> None:
    other = desk.page(desk.chat)
    answer(other)
    expect_saved(other)
    other.close()
    page = desk.page()
    answer(page)
    fetched(page)
    page.evaluate(TWICE, str(desk.call))
    page.wait_for_url(f"**/grade/{desk.chat}")
    expect(page.locator("#q-greeting input:checked")).to_have_count(1)
    page.wait_for_timeout(300)
    assert desk.evaluation(desk.call).submitted_at is not None
    assert desk.evaluation(desk.chat).submitted_at is None


def test_back_leads_to_what_was_submitted(desk: Desk) -> None:
    page = desk.page()
    answer(page)
    go_on(page, desk.chat)
    page.go_back()
    page.wait_for_url("**/evaluations/*")
    expect(page.locator("h1")).to_be_visible()
    page.go_forward()
    expect(page.locator("#q-greeting")).to_be_focused()
    assert page.url.endswith(f"/grade/{desk.chat}")


def test_where_the_next_desk_does_not_fit_its_page_is_loaded(desk: Desk) -> None:
    page = desk.page()
    answer(page)
    fetched(page)
    page.evaluate("window.isOnePage = true; document.documentElement.dataset.bsTheme = 'dark'")
    press(page, "Control+Enter")
    page.wait_for_url(f"**/grade/{desk.chat}")
    expect(page.locator("#q-greeting")).to_be_focused()
    expect(page.get_by_text("Submitted: ")).to_be_visible()
    assert page.evaluate("window.isOnePage") is None


def test_a_sound_that_plays_stops_with_its_desk(desk: Desk) -> None:
    page = desk.page()
    page.evaluate("window.former = document.querySelector('audio')")
    answer(page)
    fetched(page)
    press(page, "Space")
    expect(page.locator(".player.is-playing")).to_be_visible()
    go_on(page, desk.chat)
    assert page.evaluate("[former.paused, former.getAttribute('src')]") == [True, None]


def test_former_desks_leave_nothing_in_memory(desk: Desk) -> None:
    page = desk.page()
    answer(page)
    go_on(page, desk.chat)
    inspector = page.context.new_cdp_session(page)
    inspector.send("Performance.enable")
    counted = []
    for following in desk.assignments()[2:6]:
        answer(page)
        go_on(page, following)
        expect(page.locator(".player[data-drawn]")).to_be_visible()
        inspector.send("HeapProfiler.collectGarbage")
        measured = inspector.send("Performance.getMetrics")["metrics"]
        figures = {one["name"]: one["value"] for one in measured}
        counted.append([figures[name] for name in COUNTERS])
    second, last = counted[1], counted[-1]
    for name, before, after in zip(COUNTERS, second, last, strict=True):
        assert after <= before * 1.1 + 2, (name, counted)
