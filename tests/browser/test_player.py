"""The player in a real browser, on real sound: lanes, spans, silence, what goes wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import AuditEntry, Conversation
from qa_app.services.site import Site
from tests.browser.desks import Desk
from tests.browser.players import (
    HOLD,
    SECONDS,
    at,
    make_call_desk,
    player_page,
    talk,
    until,
)
from tests.factories.hard_sounds import voices
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve
from tests.integration.adapters.sounds import write

pytestmark = pytest.mark.browser
NEAR = 0.7  # seconds: speech is found to within a few syllables
WATCH_JUMPS = """() => {
  const a = document.querySelector('audio');
  window.jumps = []; let last = a.currentTime;
  const look = () => {
    const now = a.currentTime;
    if (Math.abs(now - last) > 0.6) window.jumps.push([last, now]);
    last = now; requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture
def desk(sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Desk:
    return make_call_desk(sqlite_site, serve(sqlite_site), open_page, talk(tmp_path))


def figure(page: Page, name: str) -> str:
    named = page.locator(".text-muted", has_text=re.compile(f"^{name}$"))
    return page.locator("[data-figures] li").filter(has=named).locator(".num").inner_text()


def drag(page: Page, selector: str, begin: float, end: float) -> None:
    """Press at a share of the element's width, move to another, let go."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + begin * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + (begin + end) / 2 * box["width"], middle)
    page.mouse.move(box["x"] + end * box["width"], middle)
    page.mouse.up()


def span(page: Page) -> tuple[float, float]:
    """The marked span in seconds."""
    words = page.locator("[data-span]").inner_text()
    begin, end = (
        sum(float(part) * 60**place for place, part in enumerate(reversed(one.split(":"))))
        for one in words.split("–")
    )
    return begin, end


def test_numbers_lead_to_their_places(desk: Desk) -> None:
    page = player_page(desk)
    assert re.fullmatch(r"agent \d+ %, customer \d+ %", figure(page, "Talk"))
    page.get_by_role("button", name=re.compile("Longest silence")).click()
    assert abs(at(page) - HOLD[0]) < NEAR
    page.get_by_role("button", name=re.compile("Talk-over")).click()
    assert abs(at(page) - 9) < NEAR
    expect(page.locator("[data-figures] li").first).to_have_attribute("title", re.compile("spoken"))


def test_agent_and_customer_are_swapped_at_once_and_for_good(desk: Desk) -> None:
    page = player_page(desk)
    before = figure(page, "Talk")
    names = page.locator(".wave-name").all_inner_texts()
    assert names == ["Agent", "Customer"]
    page.get_by_label("Volume, voices and signs").click()
    page.get_by_role("button", name="Swap agent and customer").click()
    expect(page.locator(".player")).to_have_attribute("data-agent-lane", "1")
    after = figure(page, "Talk")
    assert re.findall(r"\d+", before) == re.findall(r"\d+", after)[::-1]
    page.reload()
    expect(page.locator(".player[data-drawn]")).to_have_attribute("data-agent-lane", "1")
    with desk.site.reading() as ctx:
        assert ctx.session.scalars(select(Conversation.agent_lane)).one() == 1
        actions = ctx.session.scalars(select(AuditEntry.action)).all()
        assert actions.count("conversation.lanes_named") == 1


def test_one_lane_is_called_a_recording_and_has_no_voices(
    sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    sound = write(tmp_path / "mono.wav", voices(12, ((1, 10),), None))
    page = player_page(make_call_desk(sqlite_site, serve(sqlite_site), open_page, sound))
    assert page.locator(".wave-name").all_inner_texts() == ["Recording", ""]
    page.get_by_label("Volume, voices and signs").click()
    expect(page.locator("[data-voices]")).to_be_hidden()
    expect(page.get_by_role("button", name="Swap agent and customer")).to_be_hidden()


def test_silence_is_skipped_and_speech_never(desk: Desk) -> None:
    page = player_page(desk)
    page.evaluate("document.querySelector('audio').currentTime = 18")
    page.evaluate(WATCH_JUMPS)
    page.keyboard.press("s")
    page.locator("[data-speed]").select_option("2")
    page.locator(".player [data-do=toggle]").click()
    until(page, "a.currentTime > 47")
    (jump,) = page.evaluate("window.jumps")
    assert HOLD[0] - NEAR < jump[0] < HOLD[0] + NEAR + 0.6
    assert HOLD[1] - NEAR - 0.6 < jump[1] <= HOLD[1] + 0.05


def test_a_span_is_played_to_its_end_and_no_further(desk: Desk) -> None:
    page = player_page(desk)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("[")
    page.evaluate("document.querySelector('audio').currentTime = 4.2")
    page.keyboard.press("]")
    assert span(page) == (3.0, 4.2)
    page.keyboard.press("w")
    until(page, "!a.paused")
    until(page, "a.paused && !a.seeking")
    assert abs(at(page) - 4.2) < 0.002
    expect(page.locator(".player")).to_have_attribute("data-overrun", re.compile(r"^-?\d+\.\d$"))


def test_a_span_is_repeated(desk: Desk) -> None:
    page = player_page(desk)
    page.evaluate("document.querySelector('audio').currentTime = 3")
    page.keyboard.press("[")
    page.evaluate("document.querySelector('audio').currentTime = 4")
    page.keyboard.press("]")
    page.evaluate(WATCH_JUMPS)
    page.keyboard.press("l")
    page.evaluate("document.querySelector('audio').currentTime = 3")
    page.evaluate("window.jumps.length = 0")
    page.keyboard.press(" ")
    until(page, "window.jumps.filter(([from, to]) => to < from).length >= 2")
    for begin, end in page.evaluate("window.jumps.filter(([from, to]) => to < from)"):
        assert begin <= 4.25
        assert 2.95 <= end <= 3.3


def test_a_span_is_marked_by_dragging_and_moved_by_its_handles(desk: Desk) -> None:
    page = player_page(desk)
    drag(page, "[data-wave]", 0.2, 0.4)
    begin, end = span(page)
    assert abs(begin - 0.2 * SECONDS) < 0.5
    assert abs(end - 0.4 * SECONDS) < 0.5
    handle = page.get_by_role("slider", name="End of the span")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert span(page)[0] == begin
    assert span(page)[1] == pytest.approx(end + 1.1, abs=0.11)
    page.get_by_role("slider", name="Start of the span").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert span(page)[0] == pytest.approx(begin - 0.3, abs=0.11)
    assert at(page) == 0
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 8, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 108, box["y"] + 40, steps=4)
    page.mouse.up()
    assert span(page)[1] > end + 5
    page.keyboard.press("Escape")
    expect(handle).to_be_hidden()


def test_what_is_shown_is_zoomed_and_moved_over_the_map(desk: Desk) -> None:
    page = player_page(desk)
    expect(page.locator("[data-map]")).to_be_hidden()
    drag(page, "[data-wave]", 0.5, 0.6)
    page.keyboard.press("Shift+Z")
    expect(page.locator("[data-map]")).to_be_visible()
    box = page.locator(".wave-box")
    before = box.evaluate("e => parseFloat(e.style.left)")
    drag(page, "[data-map]", 0.55, 0.15)
    after = box.evaluate("e => parseFloat(e.style.left)")
    assert after < before - 100
    assert at(page) == 0
    page.locator("[data-map]").click(position={"x": 350, "y": 10})
    assert at(page) > 20


def test_each_voice_has_its_own_loudness(desk: Desk) -> None:
    page = player_page(desk)
    player = page.locator(".player")
    page.keyboard.press("a")
    expect(player).to_have_attribute("data-heard", "0 1")
    page.keyboard.press("q")
    page.keyboard.press("a")
    expect(player).to_have_attribute("data-heard", "1 0")
    page.get_by_label("Volume, voices and signs").click()
    page.locator("[data-gain='1']").fill("200")
    expect(player).to_have_attribute("data-heard", "1 2")
    page.get_by_role("button", name="Reset the voices").click()
    expect(player).to_have_attribute("data-heard", "1 1")
    page.keyboard.press("Escape")
    page.locator(".player [data-do=toggle]").click()
    until(page, "a.currentTime > 0.4")


def test_speed_and_volume_are_remembered(desk: Desk) -> None:
    page = player_page(desk)
    page.keyboard.press(".")
    page.get_by_label("Volume, voices and signs").click()
    page.locator("[data-volume]").fill("40")
    page.reload()
    expect(page.locator(".player[data-drawn]")).to_be_visible()
    until(page, "a.playbackRate === 1.25 && a.volume === 0.4 && a.preservesPitch")
    page.keyboard.press("Shift+ArrowRight")
    assert at(page) == pytest.approx(10, abs=0.01)


def test_a_page_of_listening_is_one_entry_of_the_trail(desk: Desk) -> None:
    page = player_page(desk)
    for place in (10, 40, 66, 3):
        page.evaluate(f"document.querySelector('audio').currentTime = {place}")
        until(page, "!a.seeking")
    with desk.site.reading() as ctx:
        actions = ctx.session.scalars(select(AuditEntry.action)).all()
        assert actions.count("recording.played") == 1


def test_a_sound_that_is_prepared_meanwhile_appears_by_itself(
    sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    url, sound = serve(sqlite_site), talk(tmp_path)
    desk = make_call_desk(sqlite_site, url, open_page, sound, prepared=False)
    page = desk.page()
    expect(page.get_by_text("It appears here by itself")).to_be_visible()
    page.keyboard.press("2")
    run_pending_jobs(sqlite_site)
    expect(page.locator(".player[data-drawn]")).to_be_visible()
    expect(page.get_by_text("It appears here by itself")).to_be_hidden()
    expect(page.get_by_text("Longest silence")).to_be_visible()
    expect(page.locator("#q-greeting input[value=no]")).to_be_checked()
    page.keyboard.press("ArrowRight")
    assert at(page) == pytest.approx(3, abs=0.01)


def test_a_sound_that_turns_out_broken_says_so(
    sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "rubbish").write_bytes(b"<html>" * 500)
    url = serve(sqlite_site)
    desk = make_call_desk(sqlite_site, url, open_page, tmp_path / "rubbish", prepared=False)
    page = desk.page()
    run_pending_jobs(sqlite_site)
    expect(page.get_by_text("The recording cannot be played.")).to_be_visible()
    expect(page.locator("[data-wave]")).to_have_count(0)


def test_a_lost_connection_is_said_and_playing_goes_on_where_it_was(
    sqlite_site: Site,
    serve: Serve,
    open_page: OpenPage,
    tmp_path: Path,
    page_problems: list[str],
) -> None:
    sound = write(tmp_path / "long.wav", voices(600, ((1, 60), (300, 360)), ((70, 100),)))
    page = player_page(make_call_desk(sqlite_site, serve(sqlite_site), open_page, sound))
    page.keyboard.press(" ")
    until(page, "a.currentTime > 0.2")
    page.context.set_offline(True)
    page.evaluate("document.querySelector('audio').currentTime = 590")
    expect(page.get_by_text("no connection", exact=False)).to_be_visible(timeout=30_000)
    page.context.set_offline(False)
    until(page, "a.currentTime > 590.2 || a.ended")
    expect(page.get_by_text("The sound cannot be loaded")).to_be_hidden()
    page_problems.clear()


def test_a_sound_that_the_browser_cannot_decode_is_said(desk: Desk) -> None:
    page = desk.open_page(desk.url)
    page.route(
        re.compile(r"/conversations/\d+/sound$"),
        lambda route: route.fulfill(status=200, body="rubbish" * 400, content_type="audio/webm"),
    )
    desk.open_page = lambda *_args, **_options: page
    desk.page()
    expect(page.get_by_text("This browser cannot decode the sound.")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (360, 740)], ids=str)
def test_it_looks_right_and_is_accessible(
    desk: Desk, language: str, theme: str, size: tuple[int, int]
) -> None:
    page = player_page(desk, language=language, theme=theme, size=size)
    drag(page, "[data-wave]", 0.7, 0.8)
    page.locator(".player-menu > summary").click()
    assert accessibility_problems(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size[0]
    take_screenshot(page, f"player-{language}-{theme}-{size[0]}")


def test_what_is_masked_and_what_is_found_is_drawn(
    sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    desk = make_call_desk(sqlite_site, serve(sqlite_site), open_page, talk(tmp_path))

    def masked(route: Route) -> None:
        answer = route.fetch()
        head, _, body = answer.body().partition(b"\n")
        told = {**json.loads(head), "masked": [[30_000, 40_000]]}
        route.fulfill(response=answer, body=json.dumps(told).encode() + b"\n" + body)

    def colours(page: Page) -> int:
        """How many colours the waveform has between the 31st and the 39th second."""
        return int(
            page.evaluate("""() => {
              const c = document.querySelector('[data-wave] canvas');
              const [from, to] = [Math.ceil(c.width * 31 / 70), Math.floor(c.width * 33 / 70)];
              const d = c.getContext('2d').getImageData(from, 4, to - from, 12).data;
              const seen = new Set();
              for (let i = 0; i < d.length; i += 4) seen.add(d.slice(i, i + 3).join());
              return seen.size; }""")
        )

    plain = player_page(desk)
    until(plain, "document.querySelector('[data-wave] canvas').width > 300")
    assert colours(plain) <= 2
    page = open_page(desk.url)
    page.route("**/peaks", masked)
    desk.open_page = lambda *_args, **_options: page
    player_page(desk)
    page.wait_for_timeout(200)
    assert colours(page) > 2
