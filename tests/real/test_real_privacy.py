"""A phone number that is said in a real call: silenced and masked, lifted for a reason, audited.

No set has both sound and times of a number that is said, so the words are those of a real chat of
chats-crosswoz-zh, each given six seconds of a real recording.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import AuditEntry
from qa_app.services.recordings import attach_recording
from qa_app.services.site import Site
from tests.browser.desks import FORM
from tests.factories import (
    make_agent,
    make_conversation,
    make_evaluation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.people import PASSWORD
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve
from tests.real import keyboard
from tests.real.convert_crosswoz import SPEAKERS, crosswoz_dialogues
from tests.real.recorded import loudest, two_lanes
from tests.real.shared_data import data_set

pytestmark = pytest.mark.browser
PHONE = re.compile(r"010-\d{8}")
STEP_MS = 6_000
REASON = "客户投诉电话报错，需核对。"


def spoken() -> list[dict[str, Any]]:
    """The first chat of at least ten messages in which a number is told after the fourth."""
    for _name, chat in crosswoz_dialogues(data_set("chats-crosswoz-zh")):
        said = chat["messages"]
        if len(said) >= 10 and any(PHONE.search(one["content"]) for one in said[4:10]):
            return [
                {
                    "speaker": SPEAKERS[one["role"]],
                    "text": one["content"],
                    "from_ms": number * STEP_MS,
                    "to_ms": (number + 1) * STEP_MS,
                }
                for number, one in enumerate(said[:40])
            ]
    raise AssertionError("no chat tells a phone number")


def heard(page: Page, call: int) -> bytes:
    """The sound as the browser gets it."""
    answer = page.context.request.get(f"/conversations/{call}/sound")
    assert answer.status == 200
    return answer.body()


def test_a_number_is_silent_and_masked_for_the_agent_until_somebody_gives_a_reason(
    sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    turns = spoken()
    told = next(i for i, one in enumerate(turns) if PHONE.search(one["text"]))
    number = PHONE.findall(turns[told]["text"])[0]
    sound = two_lanes(tmp_path / "call")
    with sqlite_site.writing() as ctx:
        agent, account = make_agent(ctx, make_team(ctx))
        login, grader = account.login, make_specialist(ctx, "grader")
        made = make_conversation(ctx, agent, channel="call", duration_s=245, turns=turns)
        attach_recording(ctx, made.id, sqlite_site.store.put(sound))
        evaluation, call = make_evaluation(ctx, made, grader, publish_form(ctx, FORM)), made.id
    run_pending_jobs(sqlite_site)
    url = serve(sqlite_site)

    own = open_page(url, language="zh")
    keyboard.sign_in(own, login, PASSWORD, f"/evaluations/{evaluation}")
    expect(own.locator(".player[data-drawn]")).to_be_visible()
    expect(own.locator(f"#turn-{told}")).to_contain_text(f"••{number[-2:]}")
    assert number not in own.content()
    take_screenshot(own, "real-privacy-agent-zh")
    assert accessibility_problems(own) == []
    masked, original = heard(own, call), sound.read_bytes()
    begin, end = turns[told]["from_ms"], turns[told]["to_ms"]
    middle = (begin + end) // 2
    assert loudest(original, begin, end) > 0.02
    assert loudest(masked, middle - 200, middle + 200) < 0.002
    for one in (0, len(turns) - 1):
        place = turns[one]["from_ms"], turns[one]["to_ms"]
        if not PHONE.search(turns[one]["text"]):
            assert loudest(masked, *place) == pytest.approx(loudest(original, *place), abs=0.05)

    page = open_page(url, language="zh")
    keyboard.sign_in(page, "grader", PASSWORD, f"/conversations/{call}")
    expect(page.locator(".player[data-drawn]")).to_be_visible()
    assert loudest(heard(page, call), middle - 200, middle + 200) < 0.002
    page.locator("[popovertarget=unmask], [data-opens=unmask]").first.press("Enter")
    page.locator("#unmask [name=reason]").focus()
    page.keyboard.insert_text(REASON)
    take_screenshot(page, "real-privacy-reason-zh")
    assert accessibility_problems(page) == []
    keyboard.press(page, "Enter")
    expect(page.locator(f"#turn-{told}")).to_contain_text(number)
    lifted = heard(page, call)
    assert loudest(lifted, begin, end) == pytest.approx(loudest(original, begin, end), abs=0.05)
    with sqlite_site.reading() as ctx:
        entry = select(AuditEntry.data).where(AuditEntry.action == "conversation.unmasked")
        assert [one["reason"] for one in ctx.session.scalars(entry)] == [REASON]

    own.reload()
    expect(own.locator(f"#turn-{told}")).to_contain_text(f"••{number[-2:]}")
    assert heard(own, call) == masked
