"""Real calls at the desk: two parties on two lanes, on one, and one of which only half is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa_app.services.site import Site
from tests.browser.desks import Desk, expect_saved
from tests.browser.players import at, make_call_desk, player_page, until
from tests.browser.test_player import WATCH_JUMPS, drag, figure, span
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve
from tests.real import keyboard
from tests.real.department import PASSWORD, Department
from tests.real.grading import waiting
from tests.real.recorded import RATE, lanes, share_of_first, two_lanes

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Desk:
    sound = two_lanes(tmp_path / "call")
    return make_call_desk(sqlite_site, serve(sqlite_site), open_page, sound)


def put(page: Page, seconds: float) -> None:
    page.evaluate("at => { document.querySelector('audio').currentTime = at; }", seconds)
    until(page, "!a.seeking")


def test_the_numbers_of_a_call_are_those_that_can_be_heard(desk: Desk) -> None:
    page, wave = player_page(desk), lanes()
    assert page.locator(".wave-name").all_inner_texts() == ["Agent", "Customer"]
    said = re.fullmatch(r"agent (\d+) %, customer (\d+) %", figure(page, "Talk"))
    assert said
    assert int(said[1]) == pytest.approx(100 * share_of_first(wave), abs=8)
    assert int(said[1]) + int(said[2]) == 100
    assert re.fullmatch(r"\d+\.\d s, at most \d+\.\d s", figure(page, "Answers after"))
    page.get_by_role("button", name=re.compile("Longest silence")).click()
    begin, length = at(page), int(figure(page, "Longest silence").split(":")[1])
    quiet = wave[int((begin + 0.3) * RATE) : int((begin + length - 0.7) * RATE)]
    assert abs(quiet).mean() < abs(wave).mean() / 4
    assert re.fullmatch(r"\d+\.\d s", figure(page, "Talk-over"))
    take_screenshot(page, "real-two-lanes-en")
    assert accessibility_problems(page) == []
    chinese = player_page(desk, language="zh")
    assert chinese.locator(".wave-name").all_inner_texts() == ["客服", "客户"]
    take_screenshot(chinese, "real-two-lanes-zh")
    assert accessibility_problems(chinese) == []


def test_a_place_of_a_call_becomes_evidence_and_plays_exactly(desk: Desk) -> None:
    page = player_page(desk)
    drag(page, "[data-wave]", 0.5, 0.5)
    assert at(page) == pytest.approx(122.7, abs=1)
    put(page, 30)
    keyboard.press(page, "2 [ ArrowRight ] e")
    expect(page.locator("#q-greeting .place")).to_have_count(1)
    expect_saved(page)
    kept = desk.evaluation(desk.call).sheet["greeting"]["evidence"]
    assert kept == [{"from_ms": 30_000, "to_ms": 33_000}]
    put(page, 100)
    page.locator("#q-greeting .place .chip").click()
    until(page, "!a.paused && a.currentTime >= 30 && a.currentTime < 33")
    until(page, "a.paused && !a.seeking")
    assert at(page) == pytest.approx(33, abs=0.002)
    over = float(page.locator(".player").get_attribute("data-overrun") or "nan")
    assert abs(over) < 60
    keyboard.press(page, "p")
    until(page, "!a.paused && a.currentTime < 32.9")
    keyboard.press(page, "Space")


def test_a_span_repeats_and_a_voice_is_muted(desk: Desk) -> None:
    page = player_page(desk)
    page.evaluate(WATCH_JUMPS)
    put(page, 40)
    keyboard.press(page, "[")
    put(page, 41)
    keyboard.press(page, "] l")
    assert span(page) == (40, 41)
    put(page, 40)
    page.evaluate("window.jumps.length = 0")
    keyboard.press(page, "Space")
    until(page, "window.jumps.filter(([from, to]) => to < from).length >= 2")
    keyboard.press(page, "Space a")
    expect(page.locator(".player")).to_have_attribute("data-heard", "0 1")
    keyboard.press(page, "q a")
    expect(page.locator(".player")).to_have_attribute("data-heard", "1 0")
    expect(page.locator("[data-map]")).to_be_hidden()
    keyboard.press(page, "Shift+Z")
    expect(page.locator("[data-map]")).to_be_visible()
    take_screenshot(page, "real-two-lanes-zoomed")


@pytest.mark.parametrize(
    ("source", "names", "says"),
    [
        ("getgoing", ["Agent", "Customer"], "Silent"),
        ("vcon", ["Recording", ""], "Longest silence"),
    ],
)
def test_calls_of_the_department_open_play_and_say_what_they_are(
    drawn: Department,
    serve: Serve,
    open_page: OpenPage,
    tmp_path: Path,
    source: str,
    names: list[str],
    says: str,
) -> None:
    made = drawn.copied(tmp_path / "site")
    with made.open() as site:
        with site.reading() as ctx:
            call = next(one for one in waiting(ctx) if one.key.startswith(source))
        page = open_page(serve(site), size=(1366, 768))
        keyboard.sign_in(page, call.login, PASSWORD, f"/grade/{call.id}")
        expect(page.locator(".player[data-drawn]")).to_be_visible()
        assert page.locator(".wave-name").all_inner_texts() == names
        expect(page.locator("[data-figures]")).to_contain_text(says)
        keyboard.hear_a_little(page)
        drag(page, "[data-wave]", 0.6, 0.6)
        until(page, "!a.seeking && Math.abs(a.currentTime / a.duration - 0.6) < 0.01")
        take_screenshot(page, f"real-call-{source}")
        assert accessibility_problems(page) == []
        if source == "getgoing":
            skip_the_longest_silence(page)


def skip_the_longest_silence(page: Page) -> None:
    """Of a caller who mostly listens: over in less time than it lasts."""
    page.get_by_role("button", name=re.compile("Longest silence")).click()
    begin, length = at(page), int(figure(page, "Longest silence").split(":")[1])
    assert length > 10
    put(page, begin - 1)
    page.evaluate(WATCH_JUMPS)
    keyboard.press(page, "s Space")
    until(page, f"a.currentTime > {begin + length - 1}")
    keyboard.press(page, "Space")
    jump = page.evaluate("window.jumps[0]")
    assert jump[0] < begin + 3
    assert jump[1] > begin + length - 3
