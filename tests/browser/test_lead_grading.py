"""A team lead grades a conversation of the own team, and the agent reads it as such."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from qa_app.services.site import Site
from tests.browser.feedback import make_reading
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve

pytestmark = pytest.mark.browser

WORDS = {
    "en": {
        "take": "Grade this conversation",
        "grade": "Grade",
        "flag": "Flag",
        "done": "All done",
        "kind": re.compile("Graded by the team lead"),
    },
    "zh": {
        "take": "给这条会话评分",
        "grade": "开始评分",
        "flag": "标记",
        "done": "全部完成",
        "kind": re.compile("由值班长评分"),
    },
}
ANSWERS = ("1", "1", "5", "2")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lead_takes_a_conversation_grades_it_and_the_agent_reads_it(
    sqlite_site: Site,
    serve: Serve,
    open_page: OpenPage,
    tmp_path: Path,
    language: Literal["zh", "en"],
) -> None:
    words = WORDS[language]
    reading = make_reading(sqlite_site, serve(sqlite_site), open_page, tmp_path)
    page = reading.page("lead A", "/conversations/?channel=call", language=language)
    page.locator("tr", has_text="Anna").first.locator("a.row-link").click()
    page.wait_for_url(re.compile(r"/conversations/\d+$"))
    page.get_by_role("button", name=words["take"]).click()
    dialog = page.get_by_role("dialog", name=words["take"])
    assert accessibility_problems(page) == []
    dialog.get_by_role("button", name=words["grade"], exact=True).click()
    page.wait_for_url("**/grade/*")
    expect(page.get_by_role("button", name=words["flag"], exact=True)).to_have_count(0)
    for number, key in enumerate(ANSWERS):
        if number:
            page.keyboard.press("j")
        page.keyboard.press(key)
    take_screenshot(page, f"lead-desk-{language}")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(words["done"])).to_be_visible()

    own = reading.page("anna", "/my/evaluations?channel=call", language=language)
    own.locator("tbody tr").first.locator("a.row-link").click()
    expect(own.get_by_text(words["kind"])).to_be_visible()
    assert accessibility_problems(own) == []
