"""The desk with sounds that other systems stumble over: each plays where its picture says, or says
in words why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from qa_app.jobs.worker import run_pending_jobs
from qa_app.services.recordings import attach_recording
from qa_app.services.site import Site
from tests.browser.desks import FORM, Desk
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.hard_sounds import (
    voices,
    with_stated_frames,
    write_gsm,
    write_long,
    write_vbr_mp3,
    write_wave_gsm,
)
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve
from tests.integration.adapters.sounds import clicks, write

pytestmark = pytest.mark.browser
HOUR_S = 3600


def changed(path: Path, change: Callable[[bytes], bytes]) -> Path:
    path.write_bytes(change(path.read_bytes()))
    return path


def shortened(path: Path, share: float) -> Path:
    return changed(path, lambda content: content[: int(len(content) * share)])


Maker = Callable[[Path], Any]
# Name -> how it is made, and how many seconds can be heard.
PLAYABLE: dict[str, tuple[Maker, int]] = {
    "an hour": (write_long, HOUR_S),
    "one lane": (lambda path: write(path, clicks(40, 5)[:, :1]), 40),
    "a-law": (lambda path: write(path, clicks(40, 5), codec="pcm_alaw"), 40),
    "mu-law": (lambda path: write(path, clicks(40, 5), codec="pcm_mulaw"), 40),
    "gsm": (lambda path: write_gsm(path, 40, 5), 40),
    "gsm in a wave": (lambda path: write_wave_gsm(path, 40, 5), 40),
    "variable rate": (lambda path: write_vbr_mp3(path, clicks(40, 5)), 40),
    "variable rate, unsaid": (lambda path: write_vbr_mp3(path, clicks(40, 5), says_so=False), 40),
    "states too many frames": (
        lambda path: changed(
            write_vbr_mp3(path, clicks(40, 5)), lambda content: with_stated_frames(content, 3)
        ),
        40,
    ),
    "cut short": (lambda path: shortened(write(path, clicks(80, 5)), 0.5), 40),
}
UNPLAYABLE: dict[str, tuple[Maker, str]] = {
    "rubbish": (lambda path: path.write_bytes(b"no sound at all " * 500), "holds no sound"),
    "a header alone": (lambda path: shortened(write(path, clicks(4, 1)), 0.0014), "cut short"),
}
STARTS = """share => {
  const wave = document.querySelector('[data-wave]').getBoundingClientRect();
  return [wave.left + wave.width * share, wave.top + wave.height / 2];
}"""
IS_AT = """([second, slack]) => {
  const audio = document.querySelector('audio');
  return !audio.seeking && Math.abs(audio.currentTime - second) < slack;
}"""
IS_DRAWN = """() => {
  const canvas = document.querySelector('[data-wave] canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size > 2;
}"""


@pytest.fixture
def desk_with(
    sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> Callable[[Maker], Desk]:
    def make(write_sound: Maker) -> Desk:
        sound = tmp_path / "sound"
        write_sound(sound)
        with sqlite_site.writing() as ctx:
            agent, _account = make_agent(ctx, make_team(ctx))
            grader, form = make_specialist(ctx, "grader"), publish_form(ctx, FORM)
            call = make_conversation(ctx, agent, channel="call", turns=[])
            attach_recording(ctx, call.id, sqlite_site.store.put(sound))
            made = make_assignment(ctx, call, grader, form).id
        run_pending_jobs(sqlite_site)
        return Desk(sqlite_site, serve(sqlite_site), open_page, made, made)

    return make


@pytest.mark.parametrize("kind", PLAYABLE)
def test_it_plays_and_seeks_where_the_waveform_says(
    desk_with: Callable[[Maker], Desk], kind: str
) -> None:
    make, seconds = PLAYABLE[kind]
    page = desk_with(make).page()
    wave = page.locator("[data-wave]")
    page.wait_for_function(IS_DRAWN)
    assert int(wave.get_attribute("aria-valuemax") or 0) == pytest.approx(seconds, abs=1)
    page.keyboard.press("Space")
    expect(wave).to_have_attribute("aria-valuenow", re.compile("[1-9]"))
    page.keyboard.press("Space")
    for _ in range(5):  # a long sound opens at its first minutes
        page.keyboard.press("-")
    for share in (0.9, 0.5, 0.1):
        left, top = page.evaluate(STARTS, share)
        page.mouse.click(left, top)
        page.wait_for_function(IS_AT, arg=[seconds * share, seconds / 200 + 0.1])
    assert ("cut short" in page.locator(".player").inner_text()) == (kind == "cut short")
    take_screenshot(page, f"sound-{kind.replace(' ', '-').replace(',', '')}")
    assert accessibility_problems(page) == []


@pytest.mark.parametrize("kind", UNPLAYABLE)
def test_what_cannot_be_played_is_said_and_the_rest_of_the_desk_works(
    desk_with: Callable[[Maker], Desk], kind: str
) -> None:
    make, words = UNPLAYABLE[kind]
    page = desk_with(make).page()
    note = page.locator(".desk-player .tone-bad")
    expect(note).to_contain_text("cannot be played")
    expect(note).to_contain_text(words)
    page.keyboard.press("1")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    assert accessibility_problems(page) == []


def test_a_lane_on_which_nobody_speaks_is_named(desk_with: Callable[[Maker], Desk]) -> None:
    def one_sided(path: Path) -> None:
        write(path, voices(20, [(1, 6), (9, 15)], []))

    page = desk_with(one_sided).page()
    page.wait_for_function(IS_DRAWN)
    take_screenshot(page, "sound-one-sided")
    expect(page.locator("[data-figures]")).to_contain_text("Silent Customer")
