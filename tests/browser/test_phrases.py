"""Phrase lists in a real browser: written, scanned for, seen on the desk, pressed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa_app.jobs.worker import run_pending_jobs
from qa_app.services.phrases import install_shipped_lists, publish_phrase_list
from qa_app.services.site import Site
from tests.browser.desks import Desk, expect_saved, make_desk
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve

pytestmark = pytest.mark.browser

LATE = """
id: late
title: {zh: 晚了, en: Late words}
kind: sensitive
speaker: customer
suggest: {flag: complaint_risk}
phrases: [is late]
"""


@pytest.fixture
def desk(sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Desk:
    return make_desk(sqlite_site, serve(sqlite_site), open_page, tmp_path)


def test_a_list_is_written_scanned_for_and_its_suggestion_pressed(desk: Desk) -> None:
    page = desk.page()
    page.goto("/phrases/")
    page.get_by_role("link", name="New list").first.click()
    page.fill("[name=title_zh]", "稍等")
    page.fill("[name=title_en]", "Hold phrases")
    page.fill("[name=id]", "hold")
    page.select_option("[name=suggest]", "answer")
    page.fill("[name=question]", "greeting")
    page.fill("[name=answer]", "no")
    page.fill("[name=phrases]", "稍等 = 等一下")
    page.fill("[name=try]", "请稍 等。")
    page.get_by_role("button", name="Show what is found").click()
    expect(page.locator("[data-trial] mark")).to_have_text("稍 等")
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/phrases/lists/hold")
    expect(page.get_by_role("heading", name="Hold phrases")).to_be_visible()

    run_pending_jobs(desk.site)
    page.goto("/conversations/")
    page.select_option("[name=phrases]", "hold")
    expect(page.locator("#results .row-link")).to_have_count(1)

    page.goto(f"/grade/{desk.call}")
    expect(page.locator(".question.is-current")).to_be_visible()
    strip = page.locator("[data-phrases]")
    expect(strip.locator("summary")).to_contain_text("1 forbidden")
    expect(page.locator("#turn-2 mark")).to_have_text("稍等")
    page.keyboard.press("b")
    expect(page.locator("#turn-2")).to_have_class(re.compile("is-chosen"))
    strip.locator("summary").click()
    strip.get_by_role("button", name=re.compile("Suggests: Standard greeting → No")).click()
    expect(page.locator("#q-greeting input[value=no]")).to_be_checked()
    expect(page.locator("#q-greeting .place")).to_have_text(re.compile("0:09–0:12"))
    expect_saved(page)
    assert desk.evaluation(desk.call).sheet["greeting"] == {
        "answer": "no",
        "evidence": [{"from_ms": 9000, "to_ms": 12000}],
    }


def test_a_suggested_flag_opens_the_dialog_with_its_reason(desk: Desk) -> None:
    with desk.site.writing() as ctx:
        publish_phrase_list(ctx, LATE, scan=False)
    page = desk.page()
    expect(page.locator("#turn-1 mark")).to_have_text("is late")
    strip = page.locator("[data-phrases]")
    strip.locator("summary").click()
    strip.get_by_role("button", name="Suggests: Flag: A complaint is likely").click()
    expect(page.locator("dialog#flag")).to_be_visible()
    expect(page.locator("#flag-complaint_risk")).to_be_checked()
    assert desk.evaluation(desk.call) is None


@pytest.mark.parametrize("size", [(1280, 720), (360, 740)], ids=["wide", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_and_strip_are_accessible(desk: Desk, size: tuple[int, int], theme: str) -> None:
    with desk.site.writing() as ctx:
        install_shipped_lists(ctx)
        publish_phrase_list(ctx, LATE)
    run_pending_jobs(desk.site)
    language = "zh" if theme == "dark" else "en"
    page = desk.page(size=size, theme=theme, language=language)  # type: ignore[arg-type]
    page.locator("[data-phrases] summary").click()
    look(page, f"phrases-desk-{size[0]}-{theme}")
    for path in ("", "lists/forbidden-zh", "edit?list=greeting-zh"):
        page.goto(f"/phrases/{path}")
        name = path.split("?")[0].replace("/", "-") or "index"
        look(page, f"phrases-{name}-{size[0]}-{theme}")
    page.goto("/conversations/")
    page.locator("#results .row-link").first.click()
    look(page, f"phrases-conversation-{size[0]}-{theme}")


def look(page: Page, name: str) -> None:
    take_screenshot(page, name)
    assert accessibility_problems(page) == []
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
