"""One call at the desk of one grader, with whatever sound a test is about."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from qa_app.adapters.recordings_store import StoredObject
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
from tests.factories.hard_sounds import voices
from tests.infrastructure.browser import OpenPage
from tests.integration.adapters.sounds import write

AGENT = ((1, 10), (12, 20), (45, 50), (61, 69))
CUSTOMER = ((9, 12), (51, 60))
SECONDS = 70
HOLD = (20, 45)
"""The only time of the call in which nobody speaks for long."""


def talk(folder: Path) -> Path:
    """The agent on the first lane, the customer on the second; they talk over each other once."""
    return write(folder / "talk.wav", voices(SECONDS, AGENT, CUSTOMER))


def make_call_desk(
    site: Site, url: str, open_page: OpenPage, sound: Path, *, prepared: bool = True
) -> Desk:
    """A desk with a call of this sound; without `prepared` the sound still waits for its job."""
    with site.writing() as ctx:
        agent, _account = make_agent(ctx, make_team(ctx))
        grader = make_specialist(ctx, "grader")
        form = publish_form(ctx, FORM)
        call = make_conversation(ctx, agent, channel="call", duration_s=SECONDS, turns=[])
        attach_recording(ctx, call.id, stored(site, sound))
        given = make_assignment(ctx, call, grader, form).id
    if prepared:
        run_pending_jobs(site)
    return Desk(site, url, open_page, given, given)


def stored(site: Site, sound: Path) -> StoredObject:
    return site.store.put(sound)


def player_page(desk: Desk, **options: Any) -> Page:
    """The desk once its waveform is drawn."""
    page = desk.page(**options)
    expect(page.locator(".player[data-drawn]")).to_be_visible()
    return page


def at(page: Page) -> float:
    """Where the sound is, in seconds."""
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def until(page: Page, condition: str, seconds: float = 15) -> None:
    """Wait for a condition over `a`, the audio element (the page's own policy forbids eval)."""
    holds = f"() => {{ const a = document.querySelector('audio'); return {condition}; }}"
    deadline = time.monotonic() + seconds
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, f"never came true: {condition}"
        page.wait_for_timeout(30)
