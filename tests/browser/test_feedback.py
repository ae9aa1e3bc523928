"""An agent reads the feedback and hears its evidence; a lead goes from a figure to the sound."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from qa_app.services.site import Site
from tests.browser.feedback import Reading, make_reading
from tests.factories.figures import FIRST
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve

pytestmark = pytest.mark.browser

WORDS = {
    "en": {
        "cost": "What cost points",
        "acknowledge": "Acknowledge",
        "done": "You have acknowledged this evaluation.",
        "figures": "My figures",
        "publish": "Publish",
    },
    "zh": {
        "cost": "失分之处",
        "acknowledge": "确认",
        "done": "您已确认此质检评分。",
        "figures": "我的成绩",
        "publish": "发布",
    },
}


@pytest.fixture
def reading(sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Reading:
    return make_reading(sqlite_site, serve(sqlite_site), open_page, tmp_path)


def wait_for_sound(page: Page, begin: float, end: float) -> None:
    """Until the sound has played this stretch and stopped at its end."""
    page.wait_for_function(
        "([begin, end]) => { const a = document.querySelector('audio');"
        " return a.paused && a.currentTime > begin && Math.abs(a.currentTime - end) < 0.05; }",
        arg=[begin, end],
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_agent_opens_feedback_hears_the_evidence_and_acknowledges(
    reading: Reading, language: Literal["zh", "en"]
) -> None:
    words = WORDS[language]
    page = reading.page("anna", "/my/evaluations?channel=call", language=language)
    assert accessibility_problems(page) == []
    page.locator("tr", has_text="65.00").last.locator("a.row-link").click()
    page.wait_for_url("**/evaluations/*")
    expect(page.get_by_role("list", name=words["cost"])).to_be_visible()
    assert accessibility_problems(page) == []
    take_screenshot(page, f"feedback-{language}")
    page.locator(".losses [data-from]").get_by_role("link").click()
    wait_for_sound(page, 5, 8)
    page.locator(".losses [data-turn]").get_by_role("link").click()
    expect(page.locator("#turn-2")).to_be_in_viewport()
    page.fill("#comment", "明白了, thank you.")
    page.get_by_role("button", name=words["acknowledge"], exact=True).click()
    expect(page.get_by_text(words["done"])).to_be_visible()
    expect(page.locator("#acknowledge blockquote")).to_have_text("明白了, thank you.")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_agent_hears_just_what_cost_points_one_place_after_the_other(
    reading: Reading, language: Literal["zh", "en"]
) -> None:
    page = reading.page("anna", "/my/evaluations?channel=call", language=language)
    page.locator("tr", has_text="65.00").last.locator("a.row-link").click()
    page.wait_for_url("**/evaluations/*")
    walk = page.locator("[data-tour]")
    page.keyboard.press("t")
    expect(walk.get_by_role("status")).to_have_text(re.compile("^.*1.*2.*(greeting|开场白)"))
    expect(page.locator(".loss.is-touring")).to_have_count(1)
    take_screenshot(page, f"walk-{language}")
    # The sound of the first place ends by itself; then the message of the second is shown.
    expect(page.locator("#turn-2")).to_be_in_viewport()
    expect(walk.get_by_role("status")).to_have_text(re.compile("2.*2.*(Tone|语气)"))
    assert page.evaluate("document.querySelector('audio').paused")
    page.keyboard.press("t")
    expect(walk.get_by_role("status")).to_be_empty()
    expect(page.locator(".loss.is-touring")).to_have_count(0)
    assert accessibility_problems(page) == []


def test_where_there_is_no_sound_a_place_leads_to_what_was_said(reading: Reading) -> None:
    page = reading.page("ben", "/my/evaluations?channel=call")
    page.locator("tr", has_text="65.00").last.locator("a.row-link").click()
    page.wait_for_url("**/evaluations/*")
    page.locator(".losses [data-from]").get_by_role("link").click()
    expect(page.locator("#turn-1")).to_have_class(re.compile("is-chosen"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_agent_goes_from_the_own_figure_to_the_seconds_of_sound(
    reading: Reading, language: Literal["zh", "en"]
) -> None:
    page = reading.page("anna", "/my/figures", language=language)
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS[language]["figures"])
    page.select_option("#period", FIRST)
    expect(page.locator("#results .page-lead")).to_contain_text(FIRST)
    expect(page.locator(".arithmetic").first).to_contain_text(
        re.compile(r"\((65|100)\.00 \+ (65|100)\.00\) ÷ 2 = 165\.00 ÷ 2 = 82\.50")
    )
    assert accessibility_problems(page) == []
    take_screenshot(page, f"my-figures-{language}", full_page=True)
    page.locator('a.chip[href$="#q-greeting"]').click()
    page.wait_for_url("**/evaluations/*#q-greeting")
    expect(page.locator("#q-greeting")).to_be_in_viewport()
    page.locator("#q-greeting [data-from]").get_by_role("link").click()
    wait_for_sound(page, 5, 8)


def test_a_lead_goes_from_the_half_to_an_evaluation(reading: Reading) -> None:
    page = reading.page("lead A", f"/periods/{FIRST}", language="zh")
    expect(page.get_by_role("cell", name="Carl")).to_have_count(0)
    page.get_by_role("link", name="Anna").click()
    page.wait_for_url("**/agents/*")
    assert accessibility_problems(page) == []
    page.locator(
        "#channel-chat ~ .card a.row-link, section:has(#channel-chat) a.row-link"
    ).first.click()
    page.wait_for_url("**/evaluations/*")
    expect(page.locator(".turns-chat")).to_be_visible()
    assert accessibility_problems(page) == []


def test_a_specialist_publishes_and_is_asked_first(reading: Reading) -> None:
    page = reading.page("qing", "/periods/2026-11-H2")
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("11 drawn conversations are not begun.")
    assert accessibility_problems(page) == []
    dialog.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_reading_fits_a_telephone_and_works_without_scripts(
    reading: Reading, theme: Literal["light", "dark"]
) -> None:
    page = reading.page(
        "anna", "/my/figures", language="zh", size=(360, 760), theme=theme, javascript=False
    )
    assert page.locator("a.chip").count() > 0
    page.locator("a.chip").first.click()
    page.wait_for_url("**/evaluations/*")
    chip = page.locator(".losses [data-from] a")
    assert re.search(r"/sound#t=5\.0,8\.0$", chip.get_attribute("href") or "")
    page.fill("#comment", "好的")
    page.click("#acknowledge button[type=submit]")
    expect(page.locator("#acknowledge blockquote")).to_have_text("好的")


def test_a_telephone_never_scrolls_sideways(reading: Reading) -> None:
    page = reading.page("anna", "/my/figures", size=(360, 760))
    for path in (
        "/my/evaluations",
        "/my/figures",
        page.locator("a.chip").first.get_attribute("href"),
    ):
        page.goto(path or "")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert accessibility_problems(page) == []
