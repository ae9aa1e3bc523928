"""Transcripts of speech services that come later: looked at, given roles, attached in a browser."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Transcript
from qa_app.services.recordings import attach_recording
from qa_app.services.site import Site
from tests.browser.desks import FORM, expect_saved
from tests.browser.players import at, until
from tests.browser.test_transcript import point_of
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.people import PASSWORD
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve
from tests.real import keyboard
from tests.real.recorded import one_lane
from tests.real.shared_data import data_set

pytestmark = pytest.mark.browser
AMAZON = "amazon-transcribe/example-call.json"
# File -> how many turns, whether it has times, what it is called.
OTHERS = {
    "asr-vendors/deepgram_sample.json": (1, True, "Deepgram"),
    "asr-vendors/assemblyai_sample.json": (1, True, "AssemblyAI"),
    "asr-vendors/whisper_sample.json": (2, True, "Whisper"),
    "asr-vendors/wtf_sample.json": (2, True, "World Transcription Format"),
    "azure-language/Json_input_customer_support.json": (17, False, "Azure"),
}


@dataclass
class Calls:
    """A call for each file, all with the same real sound, and a browser of their grader."""

    site: Site
    page: Page
    made: dict[str, tuple[int, int]]

    def attach(self, name: str, roles: tuple[str, ...] = ()) -> None:
        """By the keyboard, but for the choice of a file."""
        page, (call, _given) = self.page, self.made[name]
        page.goto(f"/conversations/{call}/transcript/")
        page.set_input_files("[name=file]", data_set("vendor-transcripts") / name)
        page.get_by_role("button", name="Look at it").press("Enter")
        expect(page.get_by_text("Nothing is changed yet.")).to_be_visible()
        for number, role in enumerate(roles):
            page.locator(f"[name=role-{number}]").select_option(role)

    def confirm(self) -> None:
        self.page.get_by_role("button", name="Attach", exact=True).press("Enter")
        expect(self.page.get_by_text("The transcript is attached")).to_be_visible()

    def open_desk(self, name: str) -> Page:
        self.page.goto(f"/grade/{self.made[name][1]}")
        expect(self.page.locator(".player[data-drawn]")).to_be_visible()
        return self.page

    def turns(self, name: str) -> list[dict[str, Any]]:
        statement = select(Transcript.turns).where(Transcript.conversation_id == self.made[name][0])
        with self.site.reading() as ctx:
            return list(ctx.session.execute(statement).scalar_one())


@pytest.fixture
def calls(sqlite_site: Site, serve: Serve, open_page: OpenPage) -> Calls:
    data_set("vendor-transcripts")
    with sqlite_site.writing() as ctx:
        agent, _account = make_agent(ctx, make_team(ctx))
        grader, form = make_specialist(ctx, "grader"), publish_form(ctx, FORM)
        stored, made = sqlite_site.store.put(one_lane()), {}
        for name in (AMAZON, *OTHERS):
            call = make_conversation(ctx, agent, channel="call", duration_s=278, turns=[])
            attach_recording(ctx, call.id, stored)
            made[name] = (call.id, make_assignment(ctx, call, grader, form).id)
    run_pending_jobs(sqlite_site)
    page = open_page(serve(sqlite_site), size=(1280, 720))
    keyboard.sign_in(page, "grader", PASSWORD, f"/grade/{made[AMAZON][1]}")
    return Calls(sqlite_site, page, made)


def test_a_transcript_of_amazon_follows_the_sound_of_a_real_call(calls: Calls) -> None:
    page = calls.open_desk(AMAZON)
    expect(page.get_by_text("No transcript")).to_be_visible()
    expect(page.locator("[data-figures]")).not_to_contain_text("Talk")
    calls.attach(AMAZON)
    expect(page.get_by_text("Amazon Transcribe Call Analytics")).to_be_visible()
    assert page.locator("[name=role-0]").input_value() == "agent"
    take_screenshot(page, "real-transcript-preview")
    assert accessibility_problems(page) == []
    calls.confirm()
    page = calls.open_desk(AMAZON)
    origin = json.loads((data_set("vendor-transcripts") / AMAZON).read_text(encoding="utf-8"))
    lines = origin["Transcript"]
    expect(page.locator(".turn")).to_have_count(len(lines))
    expect(page.locator("[data-figures]")).to_contain_text("Talk, from the transcript")
    place = point_of(page, 4, 5, 7)
    page.mouse.click((place["left"] + place["right"]) / 2, place["y"])  # a word, to hear it
    until(page, "!a.paused")
    assert lines[4]["BeginOffsetMillis"] / 1000 <= at(page) < lines[4]["EndOffsetMillis"] / 1000
    keyboard.press(page, "Space")
    for number in (11, 25, 36):
        begin, end = (lines[number][f"{name}OffsetMillis"] for name in ("Begin", "End"))
        middle = (begin + end) / 2000
        page.evaluate("at => { document.querySelector('audio').currentTime = at; }", middle)
        expect(page.locator(f"#turn-{number}")).to_have_class(re.compile("is-heard"))
        expect(page.locator(f"#turn-{number}")).to_be_in_viewport()
    keyboard.press(page, "2 ArrowDown e")
    expect(page.locator("#q-greeting .place")).to_have_count(1)
    expect_saved(page)
    take_screenshot(page, "real-transcript-follows")
    assert accessibility_problems(page) == []


def test_the_files_of_other_services_are_recognised_and_attached(calls: Calls) -> None:
    for name, (count, has_times, service) in OTHERS.items():
        calls.attach(name, () if name.startswith("azure") else ("agent",))
        expect(calls.page.locator("main")).to_contain_text(service)
        assert accessibility_problems(calls.page) == []
        calls.confirm()
        turns = calls.turns(name)
        assert (len(turns), "from_ms" in turns[0]) == (count, has_times), name
        assert turns[0]["speaker"] == "agent"
        page = calls.open_desk(name)
        expect(page.locator(".turn")).to_have_count(count)
        if has_times:
            page.evaluate("document.querySelector('audio').currentTime = 1")
            expect(page.locator("#turn-0")).to_have_class(re.compile("is-heard"))
