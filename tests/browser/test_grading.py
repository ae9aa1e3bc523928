"""The grading desk in a real browser: by keyboard alone, without loss, without scripts."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from qa_app.services.site import Site
from tests.browser.desks import Desk, expect_saved, make_desk
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Desk:
    return make_desk(sqlite_site, serve(sqlite_site), open_page, tmp_path)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def current(page: Page) -> str:
    """The question that keys answer; focus is in it, or the test fails."""
    return str(
        page.evaluate("document.activeElement.closest('[data-question]')?.dataset.question ?? ''")
    )


def sound_at(page: Page) -> float:
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def test_a_call_and_a_chat_are_graded_by_keyboard_alone(desk: Desk) -> None:
    page = desk.page()
    assert current(page) == "greeting"
    press(page, "2")
    expect(page.locator("#q-greeting [data-ask]")).to_be_visible()
    press(page, "ArrowRight", "[", "ArrowRight", "]", "e")
    expect(page.locator("#q-greeting .place")).to_have_text(re.compile("0:03–0:06"))
    expect(page.locator("#q-greeting [data-ask]")).to_be_hidden()
    press(page, "r", "Space", "Escape", "c")
    page.keyboard.type("Greet sooner: 1, 2, 3. j k n")
    press(page, "Escape", "j", "1", "j", "4", "j", "1")
    expect(page.locator("#q-hold_seconds")).to_be_visible()
    press(page, "j", "2")
    page.keyboard.type("5")
    press(page, "Enter", "u")
    page.keyboard.type("Kind, but late.")
    press(page, "Escape")
    expect_saved(page)
    expect(page.locator("[data-running-score]")).to_have_text("55.00")
    press(page, "Control+Enter")
    page.wait_for_url(f"**/grade/{desk.chat}")
    expect(page.get_by_text("Submitted: 55.00 points.")).to_be_visible()
    graded = desk.evaluation(desk.call)
    assert graded.score == Decimal("55.00")
    assert graded.summary == "Kind, but late."
    assert graded.sheet["greeting"] == {
        "answer": "no",
        "comment": "Greet sooner: 1, 2, 3. j k n",
        "reasons": ["late"],
        "evidence": [{"from_ms": 3000, "to_ms": 6000}],
    }
    assert graded.sheet["hold_seconds"] == {"answer": "25"}

    assert current(page) == "greeting"
    press(page, "2", "ArrowDown", "ArrowDown", "e", "j", "1", "j", "5", "j", "2")
    expect(page.locator("#q-greeting .place")).to_have_text(re.compile("Message 2"))
    expect(page.locator("[data-missing]")).to_be_hidden()
    press(page, "Control+Enter")
    expect(page.get_by_role("heading", name="All done")).to_be_visible()
    chat = desk.evaluation(desk.chat)
    assert chat.sheet["greeting"]["evidence"] == [{"turn": 1}]
    assert (chat.score, chat.state) == (Decimal("80.00"), "released")


def test_no_key_fires_while_somebody_types_or_composes(desk: Desk) -> None:
    page = desk.page()
    press(page, "c")
    comment = page.locator("textarea[name='c.greeting']")
    expect(comment).to_be_focused()
    page.keyboard.type("1 2 n j k e f ? [ ] x /")
    expect(comment).to_have_value("1 2 n j k e f ? [ ] x /")
    expect_saved(page)
    composing = "new KeyboardEvent('keydown', {key: '1', isComposing: true, bubbles: true})"
    press(page, "Escape")
    page.evaluate(f"document.activeElement.dispatchEvent({composing})")
    assert current(page) == "greeting"
    expect(page.locator("#q-greeting input:checked")).to_have_count(0)
    press(page, "/")
    page.keyboard.type("parcel 1")
    expect(page.locator("#q-greeting input:checked")).to_have_count(0)
    assert not page.locator("dialog[open]").count()
    press(page, "Escape", "?")
    expect(page.locator("dialog#keys")).to_be_visible()
    press(page, "1", "Escape")
    expect(page.locator("#q-greeting input:checked")).to_have_count(0)
    assert current(page) == "greeting"


def test_tab_reaches_the_answers_for_who_does_not_use_the_keys(desk: Desk) -> None:
    page = desk.page()
    press(page, "Tab")
    expect(page.locator("#q-greeting input[value=yes]")).to_be_focused()
    press(page, "Space")
    expect(page.locator("#q-greeting input[value=yes]")).to_be_checked()
    press(page, "ArrowRight")
    expect(page.locator("#q-greeting input[value=no]")).to_be_checked()
    assert sound_at(page) == 0
    expect_saved(page)
    assert desk.evaluation(desk.call).sheet["greeting"]["answer"] == "no"


def test_arrow_keys_move_the_sound_even_after_a_press_with_the_mouse(desk: Desk) -> None:
    page = desk.page()
    page.get_by_role("radio", name="Yes").first.click()
    expect_saved(page)
    press(page, "ArrowRight")
    assert sound_at(page) == pytest.approx(3, abs=0.1)
    assert page.locator("#q-greeting input[value=yes]").is_checked()


def test_evidence_plays_exactly_its_span(desk: Desk) -> None:
    page = desk.page()
    press(page, "2", "ArrowRight", "[", "ArrowRight", "]", "e")
    page.evaluate("document.querySelector('audio').playbackRate = 4")
    page.locator("#q-greeting .place .chip").click()
    expect(page.locator(".player.is-playing")).to_be_visible()
    expect(page.locator(".player:not(.is-playing)")).to_be_visible()
    assert sound_at(page) == pytest.approx(6, abs=0.3)


def test_the_waveform_seeks_marks_and_says_where_it_is(desk: Desk) -> None:
    page = desk.page()
    wave = page.get_by_role("slider", name="Place in the recording")
    box = wave.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    assert sound_at(page) == pytest.approx(10, abs=0.2)
    expect(wave).to_have_attribute("aria-valuetext", "0:10")
    expect(page.locator(".turn.is-heard")).to_contain_text("请稍等")
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 20, steps=4)
    page.mouse.up()
    expect(page.locator("[data-span]")).to_have_text(re.compile(r"0:0(3\.9|4\.0)–0:0(7\.9|8\.0)"))
    assert sound_at(page) == pytest.approx(10, abs=0.2)
    press(page, "Escape")
    expect(page.locator("[data-span]")).to_have_text("")


def test_a_turn_is_heard_when_pressed_and_found_when_searched(desk: Desk) -> None:
    page = desk.page()
    page.get_by_text("好的，谢谢。").click()
    expect(page.locator(".player.is-playing")).to_be_visible()
    assert sound_at(page) == pytest.approx(15, abs=1)
    press(page, "Space", "/")
    page.keyboard.type("PARCEL")
    expect(page.locator("[data-find-count]")).to_have_text("1 / 1")
    expect(page.locator(".turn.is-chosen")).to_contain_text("parcel is late")


def test_a_cut_network_is_shown_and_loses_nothing(desk: Desk, page_problems: list[str]) -> None:
    page = desk.page()
    press(page, "1")
    expect_saved(page)
    page.context.set_offline(True)
    press(page, "j", "1", "c")
    page.keyboard.type("Kept.")
    press(page, "Escape")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "cut")
    assert set(desk.evaluation(desk.call).sheet) == {"greeting"}
    page.context.set_offline(False)
    expect_saved(page)
    kept = desk.evaluation(desk.call).sheet
    assert kept["identity"] == {"answer": "full", "comment": "Kept."}
    page_problems[:] = [one for one in page_problems if "ERR_INTERNET_DISCONNECTED" not in one]


def test_what_is_typed_survives_a_tab_that_is_closed_at_once(desk: Desk) -> None:
    page = desk.page()
    press(page, "1", "c")
    page.keyboard.type("Typed just before the end.")
    page.close(run_before_unload=False)
    second = desk.page()
    expect(second.locator("textarea[name='c.greeting']")).to_have_value(
        "Typed just before the end."
    )


def test_two_windows_cannot_overwrite_each_other(desk: Desk, page_problems: list[str]) -> None:
    first, second = desk.page(), desk.page()
    press(first, "2", "c")
    first.keyboard.type("From the first.")
    press(first, "Escape")
    expect_saved(first)
    second.context.set_offline(True)
    press(second, "1", "j", "1")
    second.context.set_offline(False)
    dialog = second.get_by_role("alertdialog")
    expect(dialog).to_contain_text("From the first.")
    assert desk.evaluation(desk.call).sheet["greeting"]["answer"] == "no"
    press(second, "Escape")
    expect(dialog).to_be_visible()
    row = dialog.get_by_role("row", name=re.compile("Standard greeting"))
    row.get_by_role("radio").nth(1).check()
    with second.expect_navigation():
        dialog.get_by_role("button", name="Keep what is chosen").click()
    expect(second.locator("textarea[name='c.greeting']")).to_have_value("From the first.")
    expect(second.locator("#q-identity input[value=full]")).to_be_checked()
    assert desk.evaluation(desk.call).sheet == {
        "greeting": {"answer": "no", "comment": "From the first."},
        "identity": {"answer": "full"},
    }
    page_problems[:] = [one for one in page_problems if not re.search("409|DISCONNECTED", one)]


def test_a_lost_session_keeps_the_answers_until_one_signs_in_again(
    desk: Desk, page_problems: list[str]
) -> None:
    page = desk.page()
    cookies = page.context.cookies()
    page.context.clear_cookies()
    press(page, "1")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "sessionEnded")
    page.context.add_cookies(cookies)
    expect_saved(page)
    assert desk.evaluation(desk.call).sheet["greeting"] == {"answer": "yes"}
    page_problems[:] = [one for one in page_problems if "40" not in one]


def test_an_incomplete_evaluation_leads_to_what_is_missing(
    desk: Desk, page_problems: list[str]
) -> None:
    page = desk.page()
    press(page, "1", "j", "j", "Control+Enter")
    expect(page.locator("#q-identity .field-error")).to_have_text("Answer this question.")
    assert current(page) == "identity"
    press(page, "1", "m")
    assert current(page) == "tone"
    press(page, "3", "m", "2")
    expect(page.locator("[data-missing]")).to_be_hidden()
    page_problems[:] = [one for one in page_problems if "422" not in one]


def test_a_flag_is_raised_without_leaving_the_desk(desk: Desk) -> None:
    page = desk.page()
    press(page, "1", "f")
    dialog = page.get_by_role("dialog", name="Flag to the team lead")
    dialog.get_by_label("Note").fill("At 0:05.")
    dialog.get_by_role("button", name="Raise the flag").click()
    expect(page.get_by_text("The flag is raised")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert current(page) == "greeting"
    press(page, "j", "1")
    expect_saved(page)


def test_without_scripts_the_desk_is_a_plain_form(desk: Desk, page_problems: list[str]) -> None:
    page = desk.page(javascript=False)
    page.check("#q-greeting input[value=no]", force=True)
    page.fill("[name='e.greeting']", "0:01-0:04")
    page.fill("[name='c.greeting']", "Too late.")
    page.click("text=Submit and next")
    expect(page.locator("#q-identity .field-error")).to_have_text("Answer this question.")
    expect(page.locator("[name='c.greeting']")).to_have_value("Too late.")
    page.check("#q-identity input[value=full]", force=True)
    page.check("#q-tone input[value='5']", force=True)
    page.check("#q-held input[value=no]", force=True)
    expect(page.locator("audio[controls]")).to_be_visible()
    page.click("text=Submit and next")
    page.wait_for_url(f"**/grade/{desk.chat}")
    assert desk.evaluation(desk.call).score == Decimal("80.00")
    page_problems[:] = [one for one in page_problems if "422" not in one]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 720), (360, 740)])
def test_everybody_can_use_it(
    desk: Desk,
    language: Literal["zh", "en"],
    theme: Literal["light", "dark"],
    size: tuple[int, int],
) -> None:
    for assignment_id, name in ((desk.call, "call"), (desk.chat, "chat")):
        page = desk.page(assignment_id, language=language, theme=theme, size=size)
        press(page, "2", "g", "c", "Escape")
        if assignment_id == desk.call:
            press(page, "ArrowRight", "[", "ArrowRight", "]", "e", "[")
        expect_saved(page)
        assert accessibility_problems(page) == []
        width, height = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert width <= size[0]
        if size[0] > 960:
            assert height <= size[1]
        take_screenshot(page, f"grading-{name}-{language}-{theme}-{size[0]}")
        press(page, "?")
        assert accessibility_problems(page) == []
