"""The grader's flow: input methods, snippets, undo, pause, owed evidence, what is fetched ahead."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from qa_app.domain.settings import HIDDEN, RUNNING_SCORE
from qa_app.domain.snippets import SnippetText
from qa_app.models import AuditEntry, Evaluation
from qa_app.security.context import SYSTEM
from qa_app.services.settings import change_setting
from qa_app.services.site import Site
from qa_app.services.snippets import add_snippet
from tests.browser.desks import Desk, expect_saved, make_desk
from tests.infrastructure.browser import OpenPage, accessibility_problems
from tests.infrastructure.serving import Serve

pytestmark = pytest.mark.browser
SNIPPETS = (
    SnippetText("Praise", "Well done, {agent}."),
    SnippetText("太晚", "{time} 才问候，太晚。", "call", "greeting"),
    SnippetText("Chat only", "Never on a call.", "chat"),
    SnippetText("Identity", "Ask for the order number.", "", "identity"),
)
COMPOSE = """([type, key, extra]) => document.activeElement.dispatchEvent(type === 'keydown'
  ? new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true, ...extra})
  : new CompositionEvent(type, {data: key, bubbles: true}))"""


@pytest.fixture
def desk(sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Desk:
    made = make_desk(sqlite_site, serve(sqlite_site), open_page, tmp_path)
    with sqlite_site.writing(SYSTEM) as ctx:
        for snippet in SNIPPETS:
            add_snippet(ctx, snippet)
    return made


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def send(page: Page, kind: str, key: str, **extra: object) -> None:
    """An event as an input method sends it."""
    page.evaluate(COMPOSE, [kind, key, extra])


def current(page: Page) -> str:
    return str(
        page.evaluate("document.activeElement.closest('[data-question]')?.dataset.question ?? ''")
    )


def checked(page: Page) -> int:
    return page.locator("[data-question] input:checked").count()


def test_an_input_method_never_answers_submits_or_leaves_a_field(desk: Desk) -> None:
    page = desk.page()
    press(page, "c")
    comment = page.locator("textarea[name='c.greeting']")
    expect(comment).to_be_focused()
    send(page, "compositionstart", "")
    for key in ("1", "2", "n", "Enter", "Escape", "j"):
        send(page, "keydown", key, isComposing=True)
        send(page, "keydown", key, keyCode=229)
    send(page, "keydown", "Enter", ctrlKey=True, isComposing=True)
    send(page, "compositionend", "你好")
    # Safari and some input methods tell of the key that ended it afterwards.
    page.evaluate(
        """() => { const at = document.activeElement;
        at.dispatchEvent(new CompositionEvent('compositionend', {data: '好', bubbles: true}));
        at.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true})); }"""
    )
    expect(comment).to_be_focused()
    assert checked(page) == 0
    assert desk.evaluation(desk.call) is None
    later = page.evaluate("performance.now() + 60")  # the key of the composition is over by then
    page.wait_for_function("at => performance.now() > at", arg=later)
    press(page, "Escape")
    assert current(page) == "greeting"
    send(page, "keydown", "１")  # a full-width digit is a digit
    assert checked(page) == 1
    expect_saved(page)


def test_snippets_are_chosen_by_keyboard_in_a_comment(desk: Desk) -> None:
    page = desk.page()
    press(page, "c")
    comment = page.locator("textarea[name='c.greeting']")
    page.keyboard.type("a/b")
    listbox = page.get_by_role("listbox", name="Snippets")
    expect(listbox).to_be_hidden()
    page.keyboard.type(" /")
    options = listbox.get_by_role("option")
    expect(options).to_have_count(3)
    expect(options.first).to_contain_text("太晚")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert accessibility_problems(page) == []
    page.keyboard.type("pra")
    expect(options).to_have_count(1)
    chosen = options.first.get_attribute("id")
    assert comment.get_attribute("aria-activedescendant") == chosen
    press(page, "Enter")
    agent = page.locator("h1").inner_text()
    expect(comment).to_have_value(f"a/b Well done, {agent}.")
    expect(comment).to_be_focused()
    expect(listbox).to_be_hidden()
    page.keyboard.type(" /")
    press(page, "ArrowDown", "ArrowUp", "Tab")
    expect(comment).to_have_value(f"a/b Well done, {agent}. 0:00 才问候，太晚。")
    page.keyboard.type(" /")
    expect(options).to_have_count(3)
    press(page, "Escape")
    expect(listbox).to_be_hidden()
    expect(comment).to_be_focused()
    press(page, "Backspace", "Escape")
    assert current(page) == "greeting"
    expect_saved(page)
    assert "Well done" in desk.evaluation(desk.call).sheet["greeting"]["comment"]


def test_snippets_wait_while_an_input_method_composes(desk: Desk) -> None:
    page = desk.page()
    press(page, "u")
    page.keyboard.type("/")
    listbox = page.get_by_role("listbox", name="Snippets")
    expect(listbox).to_be_visible()
    send(page, "compositionstart", "")
    send(page, "keydown", "Enter", keyCode=229)
    send(page, "keydown", "ArrowDown", isComposing=True)
    expect(page.locator("#summary")).to_have_value("/")
    send(page, "compositionend", "")
    page.keyboard.type("order")
    expect(listbox.get_by_role("option")).to_have_count(1)
    listbox.get_by_role("option").click()
    expect(page.locator("#summary")).to_have_value("Ask for the order number.")
    expect(page.locator("#summary")).to_be_focused()


def test_the_last_answer_and_evidence_are_taken_back(desk: Desk) -> None:
    page = desk.page()
    press(page, "1", "2", "ArrowRight", "[", "ArrowRight", "]", "e", "j", "1", "z")
    expect(page.get_by_text("Taken back in 2. Identity check")).to_be_visible()
    assert current(page) == "identity"
    expect(page.locator("#q-identity input:checked")).to_have_count(0)
    press(page, "Control+z")
    expect(page.locator("#q-greeting .place")).to_have_count(0)
    expect(page.locator("#q-greeting [data-ask]")).to_be_visible()
    press(page, "z")
    expect(page.locator("#q-greeting input[value=yes]")).to_be_checked()
    press(page, "z", "z")
    expect(page.locator("[data-question] input:checked")).to_have_count(0)
    expect(page.get_by_text("nothing to take back")).to_be_visible()
    expect_saved(page)
    assert desk.evaluation(desk.call).sheet == {}


def test_a_lost_point_asks_for_its_place_and_the_last_one_fits_again(
    desk: Desk, page_problems: list[str]
) -> None:
    page = desk.page()
    press(page, "2")
    ask = page.locator("#q-greeting [data-ask]")
    expect(ask).to_be_visible()
    assert current(page) == "greeting"
    press(page, "j", "1", "ArrowRight", "[", "ArrowRight", "]", "e")
    expect(ask).to_be_visible()
    expect(ask).to_contain_text("E: 0:03–0:06 again")
    press(page, "j", "5", "j", "2")
    expect_saved(page)
    press(page, "Control+Enter")
    expect(page.locator("#q-greeting")).to_be_focused()
    press(page, "Shift+E")
    expect(page.locator("#q-greeting .place")).to_contain_text("0:03–0:06")
    expect(ask).to_be_hidden()
    expect_saved(page)
    evidence = [{"from_ms": 3000, "to_ms": 6000}]
    assert desk.evaluation(desk.call).sheet["greeting"]["evidence"] == evidence
    page_problems[:] = [one for one in page_problems if "422" not in one]


def test_the_question_says_how_it_stands(desk: Desk) -> None:
    page = desk.page()
    question = page.locator("#q-greeting")
    expect(question).to_have_accessible_description("not answered yet")
    press(page, "2")
    expect(question).to_have_accessible_description("answered, loses points, a place is missing")


def test_focus_is_never_lost(desk: Desk) -> None:
    page = desk.page()
    press(page, "?", "Escape")
    expect(page.locator("#q-greeting")).to_be_focused()
    press(page, "ArrowRight", "[", "ArrowRight", "]", "e")
    page.locator("#q-greeting .place-remove").focus()
    press(page, "Enter")
    expect(page.locator("#q-greeting")).to_be_focused()
    press(page, "j", "j", "j", "1")
    expect(page.locator("#q-hold_seconds")).to_be_visible()
    press(page, "j")
    expect(page.locator("#q-hold_seconds")).to_be_focused()
    press(page, "2", "Enter", "k", "2")
    expect(page.locator("#q-hold_seconds")).to_be_hidden()
    assert current(page) == "held"
    page.locator("[data-speed]").select_option("2")
    page.mouse.click(5, 5)
    press(page, "j")
    assert current(page) == "advice"


def test_a_pause_stands_still_until_a_key(desk: Desk) -> None:
    page = desk.page()
    page.clock.install()
    page.reload()
    expect(page.locator(".question.is-current")).to_be_visible()
    page.clock.run_for(10_000)
    expect(page.locator("[data-spent]")).to_have_text("0:10")
    press(page, "Shift+P")
    expect(page.get_by_text("Paused – press any key to go on")).to_be_visible()
    page.clock.run_for(30_000)
    expect(page.locator("[data-spent]")).to_have_text("0:10")
    press(page, "1")
    expect(page.locator("dialog#paused")).to_be_hidden()
    assert checked(page) == 0
    expect(page.locator("#q-greeting")).to_be_focused()
    page.clock.run_for(90_000)
    expect(page.locator("[data-spent]")).to_have_text("1:10")
    press(page, "1")
    page.clock.run_for(1000)
    expect_saved(page)
    kept = desk.evaluation(desk.call)
    assert 65 <= kept.seconds_spent <= 75
    assert 55 <= kept.seconds_paused <= 65


def test_a_hidden_running_score_is_in_no_answer_of_the_server(desk: Desk) -> None:
    with desk.site.writing(SYSTEM) as ctx:
        change_setting(ctx, RUNNING_SCORE, HIDDEN)
    page = desk.page()
    answers: list[dict[str, object]] = []
    page.on("response", lambda one: "/draft" in one.url and answers.append(one.json()))
    press(page, "2", "j", "1", "j", "3", "j", "2")
    expect(page.locator("[data-running-count]")).to_have_text("4 / 4")
    expect(page.locator("[data-running-score]")).to_have_count(0)
    expect_saved(page)
    page.reload()
    expect(page.locator("#q-tone input:checked")).to_have_count(1)
    expect(page.locator("[data-lost]:not([hidden])")).to_have_count(0)
    assert "Needs work" not in page.content()
    for answer in answers:
        running = answer["running"]
        assert isinstance(running, dict)
        assert (running["score"], running["band"]) == (None, "")
        assert {lost for _state, lost, _loses in running["questions"].values()} == {"0.00"}


def test_the_next_desk_is_fetched_ahead_and_begins_nothing(desk: Desk) -> None:
    page = desk.page()
    with page.expect_response(f"**/grade/{desk.chat}") as answer:
        press(page, "1", "j", "1", "j", "5", "j", "2")
    assert answer.value.status == 200
    expect_saved(page)
    with desk.site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Evaluation)) == 1
        played = select(func.count()).where(AuditEntry.action == "recording.played")
        assert ctx.session.scalar(played) in (0, 1)  # of the call that is open, never of the next
    press(page, "Control+Enter")
    page.wait_for_url(f"**/grade/{desk.chat}")
    assert current(page) == "greeting"
    expect(page.locator(".desk-due")).to_contain_text("1 left")


def test_a_desk_that_changed_since_it_was_fetched_is_fetched_anew(desk: Desk) -> None:
    page = desk.page()
    with page.expect_response(f"**/grade/{desk.chat}"):
        press(page, "1", "j", "1", "j", "5", "j", "2")
    expect_saved(page)
    other = desk.page(desk.chat)
    press(other, "2", "c")
    other.keyboard.type("Changed elsewhere.")
    press(other, "Escape")
    expect_saved(other)
    press(page, "Control+Enter")
    page.wait_for_url(f"**/grade/{desk.chat}**")
    expect(page.locator("textarea[name='c.greeting']")).to_have_value("Changed elsewhere.")
    expect(page.locator("#q-greeting input[value=no]")).to_be_checked()
    assert page.url.endswith(f"/grade/{desk.chat}")
