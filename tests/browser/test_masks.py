"""Hiding a marked span from others at the desk, and letting it be heard again, in a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from qa_app.jobs.worker import run_pending_jobs
from qa_app.services.site import Site
from tests.browser.players import make_call_desk, player_page, talk
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve

pytestmark = pytest.mark.browser


def test_a_marked_span_is_hidden_with_a_key_and_heard_again_for_a_reason(
    sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path, page_problems: list[str]
) -> None:
    desk = make_call_desk(sqlite_site, serve(sqlite_site), open_page, talk(tmp_path))
    page = player_page(desk)
    box = page.locator("[data-wave]").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, middle)
    page.mouse.up()
    page.keyboard.press("h")
    dialog = page.locator("#masks")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Reason").first).to_be_focused()
    assert dialog.get_by_label("From").input_value().startswith("0:1")
    expect(dialog.get_by_text("Nothing is hidden")).to_be_visible()
    assert accessibility_problems(page) == []
    dialog.get_by_label("Reason").first.fill("The customer says a number.")
    dialog.get_by_role("button", name="Hide this span").click()
    hidden = dialog.locator("[data-mask]")
    expect(hidden).to_contain_text("The customer says a number.")
    take_screenshot(page, "masks-dialog")
    page.reload()
    waiting = page.get_by_text("The recording is being prepared.")
    expect(waiting).to_be_visible()
    run_pending_jobs(sqlite_site)
    expect(waiting).to_be_hidden()
    expect(page.locator(".player[data-drawn]")).to_be_visible()
    with page.expect_response("**/peaks") as peaks:
        page.reload()
    head = json.loads(peaks.value.body().partition(b"\n")[0])
    ((begin, end),) = head["masked"]
    assert 13_000 < begin < end < 22_500
    page.keyboard.press("h")
    hidden.get_by_label("Reason").fill("It is the shop's own number.")
    hidden.get_by_role("button", name="Let it be heard").click()
    expect(hidden.locator("form")).to_have_count(0)
    assert all("409" in words for words in page_problems)  # asked for while it was made
    page_problems.clear()


SIZES = {"wide": (1280, 720), "narrow": (360, 740)}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_dialog_is_whole_in_chinese_on_any_screen(
    sqlite_site: Site,
    serve: Serve,
    open_page: OpenPage,
    tmp_path: Path,
    size: str,
    theme: Literal["light", "dark"],
) -> None:
    desk = make_call_desk(sqlite_site, serve(sqlite_site), open_page, talk(tmp_path))
    page = player_page(desk, language="zh", theme=theme, size=SIZES[size])
    page.locator('[popovertarget="masks"]').first.click()
    dialog = page.locator("#masks")
    expect(dialog.get_by_text("没有屏蔽任何片段")).to_be_visible()
    dialog.locator("#mask-from").fill("0:12.0")
    dialog.locator("#mask-to").fill("0:15.5")
    dialog.locator("#mask-reason").fill("客户报出了身份证号码")
    dialog.locator("[type=submit]").first.click()
    expect(dialog.locator("[data-mask]")).to_contain_text("客户报出了身份证号码")
    assert accessibility_problems(page) == []
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= SIZES[size][0]
    body = dialog.locator("[data-masks]")
    assert body.evaluate("one => one.scrollWidth <= one.clientWidth"), "nothing is cut off"
    take_screenshot(page, f"masks-dialog-zh-{size}-{theme}")
