"""Drafts survive what happens to servers, networks, tabs and sessions; nothing is overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect
from sqlalchemy import delete, func, select

from qa_app.models import EvaluationRevision, UserSession
from qa_app.services.site import Site
from tests.browser.desks import Desk, expect_saved, make_desk
from tests.browser.doors import Doors
from tests.factories.people import PASSWORD
from tests.infrastructure.browser import OpenPage, accessibility_problems

pytestmark = pytest.mark.browser
EXPECTED = re.compile("ERR_CONNECTION|ERR_EMPTY|ERR_INTERNET|status of (4|5)|Failed to load")


@pytest.fixture
def doors(sqlite_site: Site) -> Iterator[Doors]:
    made = Doors(sqlite_site)
    yield made
    made.close()


@pytest.fixture
def desk(
    doors: Doors, open_page: OpenPage, tmp_path: Path, page_problems: list[str]
) -> Iterator[Desk]:
    yield make_desk(doors.site, doors.open(), open_page, tmp_path)
    page_problems[:] = [one for one in page_problems if not EXPECTED.search(one)]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", state)


SLOW_ANSWERS = """() => {
  const json = Response.prototype.json, fetched = window.fetch;
  Response.prototype.json = async function () {
    const body = await json.call(this);
    await new Promise((done) => setTimeout(done, 400));
    return body;
  };
  window.underWay = window.asked = 0;
  window.fetch = async (...asked) => {
    window.underWay += 1;
    if (window.asked++ > 0) await new Promise((done) => setTimeout(done, 900));
    try { return await fetched(...asked); } finally { window.underWay -= 1; }
  };
  window.told = [];
  const line = document.querySelector("[data-save-state]");
  new MutationObserver(() => window.told.push([line.dataset.state, window.underWay]))
    .observe(line, { attributes: true, attributeFilter: ["data-state"] });
}"""


def kill(page: Page) -> None:
    """The tab dies at once, without a chance to say anything."""
    with pytest.raises(Error):
        page.goto("chrome://crash")


def again(page: Page) -> Page:
    """Another tab of the same browser, at the same desk."""
    opened = page.context.new_page()
    opened.goto(page.url if "/grade/" in page.url else "/grade")
    expect(opened.locator(".question.is-current")).to_be_visible()
    return opened


def sheet(desk: Desk) -> dict[str, object]:
    row = desk.evaluation(desk.call)
    return dict(row.sheet) if row else {}


def test_saved_is_said_only_when_nothing_is_under_way(desk: Desk) -> None:
    page = desk.page()
    page.evaluate(SLOW_ANSWERS)
    press(page, "2")
    # The first answer has come but is not read yet when the next change is made.
    page.wait_for_function("() => window.asked > 0 && window.underWay === 0")
    press(page, "j", "1")
    expect_saved(page)
    kept = desk.evaluation(desk.call).sheet
    assert (kept["greeting"], kept["identity"]) == ({"answer": "no"}, {"answer": "full"})
    said = [under_way for state, under_way in page.evaluate("window.told") if state == "saved"]
    assert said == [0]


def test_a_server_that_stops_is_shown_and_loses_nothing(desk: Desk, doors: Doors) -> None:
    page = desk.page()
    press(page, "1")
    expect_saved(page)
    doors.close()
    press(page, "j", "1", "c")
    page.keyboard.type("Kept here.")
    press(page, "Escape")
    expect_state(page, "retrying")
    press(page, "Control+Enter")
    expect(page.get_by_text("Not submitted")).to_be_visible()
    doors.open()
    expect_saved(page)
    assert sheet(desk)["identity"] == {"answer": "full", "comment": "Kept here."}


def test_errors_of_the_server_and_too_many_requests_are_tried_again(
    desk: Desk, doors: Doors
) -> None:
    page = desk.page()
    doors.stumbles += [
        ("500 Internal Server Error", []),
        ("429 Too Many Requests", [("Retry-After", "1")]),
        ("503 Service Unavailable", [("Retry-After", "1")]),
    ]
    press(page, "1")
    expect_state(page, "retrying")
    expect_saved(page)
    assert doors.stumbled == 3
    assert sheet(desk) == {"greeting": {"answer": "yes"}}


def test_what_a_killed_tab_had_not_saved_is_offered_and_restored(desk: Desk, doors: Doors) -> None:
    page = desk.page()
    press(page, "1")
    expect_saved(page)
    url = page.url
    doors.close()
    press(page, "2", "c")
    page.keyboard.type("Typed before the crash")
    press(page, "Escape", "j", "1", "u")
    page.keyboard.type("In short.")
    kill(page)
    doors.open()
    second = page.context.new_page()
    second.goto(url)
    dialog = second.get_by_role("dialog", name="Not saved yet")
    expect(dialog).to_contain_text("3 answers typed on this computer")
    expect(dialog).to_contain_text("Typed before the crash")
    assert accessibility_problems(second) == []
    assert sheet(desk) == {"greeting": {"answer": "yes"}}
    dialog.get_by_role("button", name="Restore").click()
    expect_saved(second)
    assert sheet(desk)["greeting"] == {"answer": "no", "comment": "Typed before the crash"}
    assert sheet(desk)["identity"] == {"answer": "full"}
    assert desk.evaluation(desk.call).summary == "In short."
    second.reload()
    expect(second.locator(".question.is-current")).to_be_visible()
    expect(second.locator("dialog#restore")).to_be_hidden()


def test_what_was_saved_since_is_not_overwritten_by_what_is_restored(
    desk: Desk, doors: Doors
) -> None:
    page = desk.page()
    press(page, "1")
    expect_saved(page)
    url = page.url
    doors.close()
    press(page, "2", "j", "1")
    kill(page)
    doors.open()
    elsewhere = desk.page()
    press(elsewhere, "k", "c")
    elsewhere.keyboard.type("From the other computer.")
    press(elsewhere, "Escape")
    expect_saved(elsewhere)
    second = page.context.new_page()
    second.goto(url)
    dialog = second.get_by_role("dialog", name="Not saved yet")
    newer = dialog.get_by_role("row", name=re.compile("Standard greeting"))
    expect(newer).to_contain_text("newer")
    expect(newer.get_by_role("checkbox")).not_to_be_checked()
    dialog.get_by_role("button", name="Restore").click()
    expect_saved(second)
    assert sheet(desk) == {
        "greeting": {"answer": "yes", "comment": "From the other computer."},
        "identity": {"answer": "full"},
    }


def test_what_is_discarded_is_not_offered_again(desk: Desk, doors: Doors) -> None:
    page = desk.page()
    url = page.url
    doors.close()
    press(page, "1")
    expect_state(page, "retrying")
    kill(page)
    doors.open()
    second = page.context.new_page()
    second.goto(url)
    dialog = second.get_by_role("dialog", name="Not saved yet")
    dialog.get_by_role("button", name="Discard").click()
    expect(second.locator("#q-greeting")).to_be_focused()
    second.reload()
    expect(second.locator(".question.is-current")).to_be_visible()
    expect(second.locator("dialog#restore")).to_be_hidden()
    assert sheet(desk) == {}


def test_an_expired_session_is_renewed_in_a_dialog_by_the_same_account(desk: Desk) -> None:
    page = desk.page()
    page.evaluate("window.stillHere = true")
    with desk.site.writing() as ctx:
        ctx.session.execute(delete(UserSession))
    press(page, "1")
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog.get_by_label("Login")).to_have_value("grader")
    expect(dialog.get_by_label("Login")).not_to_be_editable()
    expect(dialog.get_by_label("Password")).to_be_focused()
    assert accessibility_problems(page) == []
    page.keyboard.type("wrong password")
    press(page, "Enter")
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    dialog.get_by_label("Password").fill(PASSWORD)
    press(page, "Enter")
    expect(dialog).to_be_hidden()
    expect_saved(page)
    assert page.evaluate("window.stillHere") is True
    assert sheet(desk) == {"greeting": {"answer": "yes"}}
    expect(page.locator("#q-greeting")).to_be_focused()
    press(page, "j", "1")
    expect_saved(page)
    assert sheet(desk)["identity"] == {"answer": "full"}


def test_submitting_twice_and_while_saving_submits_once(desk: Desk) -> None:
    page = desk.page()
    press(page, "1", "j", "1", "j", "5", "j", "2", "Control+Enter", "Control+Enter")
    page.wait_for_url(f"**/grade/{desk.chat}")
    expect(page.get_by_text("Submitted:")).to_be_visible()
    with desk.site.reading() as ctx:
        count = ctx.session.scalar(select(func.count()).select_from(EvaluationRevision))
    assert count == 1
    assert desk.evaluation(desk.call).state == "released"


def test_the_answer_of_the_last_second_is_in_what_is_submitted(desk: Desk, doors: Doors) -> None:
    page = desk.page()
    press(page, "1", "j", "1", "j", "5", "j", "2")
    expect_saved(page)
    doors.close()
    press(page, "k", "4")
    expect_state(page, "retrying")
    doors.open()
    press(page, "Control+Enter")
    page.wait_for_url(f"**/grade/{desk.chat}")
    assert sheet(desk)["tone"] == {"answer": 4}


def test_a_draft_that_arrives_after_submission_changes_nothing(desk: Desk) -> None:
    page = desk.page()
    press(page, "1", "j", "1", "j", "5", "j", "2")
    expect_saved(page)
    other = again(page)
    press(page, "Control+Enter")
    page.wait_for_url(f"**/grade/{desk.chat}")
    before = desk.evaluation(desk.call)
    press(other, "2")
    other.wait_for_url("**/evaluations/*")
    after = desk.evaluation(desk.call)
    assert (after.sheet, after.score) == (before.sheet, before.score)
