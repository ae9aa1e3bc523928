"""The transcript and the chat as a grader reads them, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from qa_app.domain.conversation import Channel
from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Evaluation
from qa_app.services.recordings import attach_recording
from qa_app.services.site import Site
from tests.browser.desks import FORM, Desk, expect_saved
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.infrastructure.browser import OpenPage, accessibility_problems
from tests.infrastructure.serving import Serve
from tests.integration.adapters.sounds import clicks, write

pytestmark = pytest.mark.browser

SECONDS = 20
START = datetime(2026, 11, 17, 2, 0, tzinfo=UTC)
SPOKEN: list[dict[str, Any]] = [
    {
        "speaker": "agent",
        "text": "Good morning, how can I help?",
        "from_ms": 1000,
        "to_ms": 4000,
        "words": [
            [0, 1000, 1400],
            [5, 1400, 2000],
            [14, 2200, 2600],
            [18, 2600, 2900],
            [22, 2900, 3100],
            [24, 3100, 4000],
        ],
    },
    {"speaker": "customer", "text": "0123456789", "from_ms": 5000, "to_ms": 15000},
    {"speaker": "system", "text": "A line without any time"},
    {"speaker": "agent", "text": "I will look it up.", "from_ms": 16000, "to_ms": 19000},
]
LONG = "\n".join(f"line {number}" for number in range(60)) + "\nthe needle"


def said(speaker: str, text: str, seconds: int, **more: Any) -> dict[str, Any]:
    at = (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    return {"speaker": speaker, "text": text, "at": at, **more}


WRITTEN = [
    said("customer", "Hello? My parcel…\nis late.", 0),
    said("system", "Ada joined", 20),
    said("customer", "ＰＡＲＣＥＬ no. 7 – see https://example.org/track", 70),
    said("agent", "Sorry for the wait.", 255),
    said("agent", "He is angry, be careful.", 260, kind="note"),
    said("agent", "You are wrong.", 265, kind="recalled"),
    said("customer", "", 300, files=[{"name": "<b>broken.jpg", "type": "image"}]),
    said("customer", LONG, 310),
    said("customer", "مرحبا بالعميل", 86_400 * 2),
]

Open = Callable[..., Page]


@pytest.fixture
def open_desk(sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Open:
    """Opens the desk of a conversation with these turns; a call has twenty seconds of sound."""

    def open_one(channel: Channel, turns: list[dict[str, Any]], **page: Any) -> Page:
        with sqlite_site.writing() as ctx:
            agent, _account = make_agent(ctx, make_team(ctx))
            grader, form = make_specialist(ctx, "grader"), publish_form(ctx, FORM)
            made = make_conversation(ctx, agent, channel=channel, turns=turns, duration_s=SECONDS)
            if channel == "call":
                write(tmp_path / "call.wav", clicks(SECONDS, 1))
                attach_recording(ctx, made.id, sqlite_site.store.put(tmp_path / "call.wav"))
            assignment = make_assignment(ctx, made, grader, form).id
        run_pending_jobs(sqlite_site)
        desk = Desk(sqlite_site, serve(sqlite_site), open_page, assignment, assignment)
        return desk.page(**page)

    return open_one


def evidence_of_greeting(site: Site) -> Any:
    with site.reading() as ctx:
        sheet = ctx.session.scalars(select(Evaluation.sheet)).one()
    return sheet["greeting"]["evidence"]


def turn(page: Page, index: int) -> Any:
    return page.locator(f"#turn-{index}")


def coloured(page: Page, name: str) -> list[str]:
    """The words that a highlight of this name colours."""
    script = """(name) => [...(CSS.highlights.get(name) ?? [])].map((one) => {
      const range = new Range();
      range.setStart(one.startContainer, one.startOffset);
      range.setEnd(one.endContainer, one.endOffset);
      return range.toString();
    })"""
    found: list[str] = page.evaluate(script, name)
    return found


def point_of(page: Page, index: int, begin: int, end: int) -> dict[str, float]:
    """Where the characters of a turn are on the screen."""
    script = """([index, begin, end]) => {
      const range = new Range();
      const text = document.querySelector(`#turn-${index} .turn-text`).firstChild;
      range.setStart(text, begin);
      range.setEnd(text, end);
      const box = range.getBoundingClientRect();
      return {left: box.left, right: box.right, y: (box.top + box.bottom) / 2};
    }"""
    point: dict[str, float] = page.evaluate(script, [index, begin, end])
    return point


def drag(page: Page, begin: tuple[int, int], end: tuple[int, int]) -> None:
    """Drags from before a character of a turn to before one of another: (turn, character)."""
    first = point_of(page, begin[0], begin[1], begin[1] + 1)
    last = point_of(page, end[0], end[1] - 1, end[1])
    page.mouse.move(first["left"] + 1, first["y"])
    page.mouse.down()
    page.mouse.move(last["right"] - 1, last["y"], steps=6)
    page.mouse.up()


def sound_at(page: Page) -> float:
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def seek(page: Page, seconds: float) -> None:
    script = "(at) => { document.querySelector('audio').currentTime = at; }"
    page.evaluate(script, seconds)


def test_the_word_that_is_heard_is_marked_and_one_that_is_pressed_is_heard(open_desk: Open) -> None:
    page = open_desk("call", SPOKEN)
    seek(page, 2.3)
    expect(turn(page, 0)).to_have_class(re.compile("is-heard"))
    page.wait_for_function("CSS.highlights.get('heard-word')?.size === 1")
    assert coloured(page, "heard-word") == ["how "]
    seek(page, 9)
    expect(turn(page, 1)).to_have_class(re.compile("is-heard"))
    page.wait_for_function("CSS.highlights.get('heard-word')?.size === 0")
    place = point_of(page, 0, 24, 28)
    page.mouse.click((place["left"] + place["right"]) / 2, place["y"])
    expect(page.locator(".player.is-playing")).to_be_visible()
    assert sound_at(page) == pytest.approx(3.1, abs=0.5)
    page.keyboard.press("Space")
    turn(page, 2).click()
    expect(page.locator(".player:not(.is-playing)")).to_be_visible()


def test_text_that_is_dragged_over_becomes_the_span_in_which_it_is_heard(
    open_desk: Open, sqlite_site: Site
) -> None:
    page = open_desk("call", SPOKEN)
    drag(page, (0, 5), (0, 17))
    button = page.get_by_role("button", name="Attach to question 1 (e)")
    expect(button).to_be_visible()
    expect(page.locator("[data-span]")).to_have_text("0:01.4–0:02.6")
    page.keyboard.press("e")
    expect(button).to_be_hidden()
    expect(page.locator("[data-span]")).to_have_text("")
    drag(page, (1, 2), (1, 6))
    button.click()
    drag(page, (0, 18), (1, 5))
    page.keyboard.press("e")
    expect_saved(page)
    expect(page.locator("#q-greeting .place")).to_have_count(3)
    assert evidence_of_greeting(sqlite_site) == [
        {"from_ms": 1400, "to_ms": 2600},
        {"from_ms": 7000, "to_ms": 11000},
        {"from_ms": 2600, "to_ms": 10000},
    ]
    drag(page, (1, 2), (1, 6))
    expect(page.locator("[data-span]")).not_to_have_text("")
    expect(button).to_be_hidden()
    page.keyboard.press("e")
    expect(page.get_by_text("is attached to question 1 already")).to_be_visible()
    expect(page.locator("#q-greeting .place")).to_have_count(3)


def test_messages_of_a_chat_are_attached_one_by_one(open_desk: Open, sqlite_site: Site) -> None:
    page = open_desk("chat", WRITTEN)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".turn.is-chosen")).to_have_count(2)
    page.keyboard.press("e")
    expect(page.locator("#q-greeting .place")).to_have_count(2)
    turn(page, 3).click()
    turn(page, 5).click(modifiers=["Shift"])
    expect(page.locator(".turn.is-chosen")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.locator(".turn.is-chosen")).to_have_count(0)
    drag(page, (2, 0), (3, 4))
    page.get_by_role("button", name="Attach to question 1 (e)").click()
    expect_saved(page)
    assert evidence_of_greeting(sqlite_site) == [{"turn": 1}, {"turn": 2}, {"turn": 3}]
    chip = page.locator("#q-greeting .place .chip").last
    chip.hover()
    expect(chip).to_have_attribute("title", "Sorry for the wait.")
    chip.click()
    expect(turn(page, 3)).to_have_class(re.compile("is-chosen"))


def test_a_message_is_attached_with_a_finger(open_desk: Open) -> None:
    page = open_desk("chat", WRITTEN, size=(360, 740))
    turn(page, 3).click()
    page.get_by_role("button", name="Attach to question 1 (e)").click()
    expect(page.locator("#q-greeting .place")).to_have_text(re.compile("Message 4"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_chat_says_who_waited_what_was_taken_back_and_what_nobody_saw(
    open_desk: Open, language: str
) -> None:
    page = open_desk("chat", WRITTEN, language=language)
    chinese = language == "zh"
    expect(page.locator(".turns-longest")).to_contain_text("4:15")
    expect(page.locator(".turns-wait.is-longest")).to_contain_text(
        "客户等待" if chinese else "The customer waited"
    )
    page.locator(".turns-longest a").click()
    expect(turn(page, 3)).to_have_class(re.compile("is-chosen"))
    expect(page.locator(".turns-day")).to_have_count(2)
    note = "同事间备注" if chinese else "the customer did not see it"
    expect(turn(page, 4)).to_contain_text(note)
    recalled = turn(page, 5)
    expect(recalled).to_contain_text("已撤回" if chinese else "Taken back")
    expect(recalled.locator(".turn-text")).to_have_css(
        "text-decoration-line", re.compile("line-through")
    )
    expect(turn(page, 6)).to_contain_text("<b>broken.jpg")
    expect(page.locator(".turns a[href^=http], .turns img, .turns video")).to_have_count(0)
    expect(turn(page, 0).locator(".turn-text")).to_have_text("Hello? My parcel…\nis late.")
    expect(turn(page, 8).locator(".turn-text")).to_have_css("direction", "rtl")
    assert accessibility_problems(page) == []


def test_a_long_message_is_folded_and_opened_where_a_search_hits_it(open_desk: Open) -> None:
    page = open_desk("chat", WRITTEN)
    text, button = turn(page, 7).locator(".turn-text"), turn(page, 7).get_by_role("button")
    folded = text.bounding_box()
    button.click()
    opened = text.bounding_box()
    assert folded
    assert opened
    assert opened["height"] > 2 * folded["height"]
    expect(button).to_have_text("Show less")
    button.click()
    page.keyboard.press("/")
    page.keyboard.type("needle")
    expect(button).to_have_attribute("aria-expanded", "true")


def test_every_hit_of_a_search_is_coloured_counted_and_walked_through(open_desk: Open) -> None:
    page = open_desk("chat", WRITTEN)
    count = page.locator("[data-find-count]")
    page.keyboard.press("/")
    page.keyboard.type("Parcel")
    expect(count).to_have_text("1 / 2")
    assert coloured(page, "found") == ["parcel", "ＰＡＲＣＥＬ"]
    assert coloured(page, "found-now") == ["parcel"]
    page.keyboard.press("Enter")
    expect(count).to_have_text("2 / 2")
    expect(turn(page, 2)).to_have_class(re.compile("is-chosen"))
    page.keyboard.press("Enter")
    expect(count).to_have_text("1 / 2")
    page.keyboard.press("Shift+Enter")
    assert coloured(page, "found-now") == ["ＰＡＲＣＥＬ"]
    page.get_by_role("button", name="Next hit").click()
    expect(count).to_have_text("1 / 2")
    page.fill("[data-find-text]", "no such words")
    expect(count).to_have_text("Nothing found")
    page.keyboard.press("Escape")
    expect(page.locator("#q-greeting")).to_be_focused()
    assert coloured(page, "found") == []


def test_the_transcript_follows_the_sound_until_the_reader_scrolls(open_desk: Open) -> None:
    spoken = [
        {"speaker": "agent", "text": f"Line {i}", "from_ms": i * 200, "to_ms": i * 200 + 150}
        for i in range(95)
    ]
    page = open_desk("call", spoken)
    place = "document.querySelector('[data-transcript]').scrollTop"
    back = page.get_by_role("button", name="Back to the sound")
    page.keyboard.press("Space")
    seek(page, 12)
    page.wait_for_function(f"{place} > 300")
    expect(back).to_be_hidden()
    page.locator("[data-transcript]").hover()
    page.mouse.wheel(0, -5000)
    expect(back).to_be_visible()
    page.wait_for_function(f"{place} === 0")
    heard = page.locator(".turn.is-heard").get_attribute("id")
    expect(page.locator(".turn.is-heard")).not_to_have_id(str(heard))
    assert page.evaluate(place) == 0
    back.click()
    page.wait_for_function(f"{place} > 300")
    expect(back).to_be_hidden()


def test_a_chosen_message_is_said_and_one_that_is_only_heard_is_not(open_desk: Open) -> None:
    page = open_desk("call", SPOKEN)
    saying = page.locator(".turns ~ [aria-live=polite]")
    seek(page, 9)
    expect(turn(page, 1)).to_have_class(re.compile("is-heard"))
    expect(saying).to_have_text("")
    page.keyboard.press("ArrowDown")
    expect(saying).to_have_text("System A line without any time")


def test_a_chat_of_ten_thousand_messages_opens_and_finds_the_last(open_desk: Open) -> None:
    many = [
        said(("customer", "agent")[i % 2], f"Message number {i} about the parcel", i * 7)
        for i in range(10_000)
    ]
    page = open_desk("chat", many)
    expect(page.locator(".turn")).to_have_count(10_000)
    page.keyboard.press("/")
    page.keyboard.type("number 9999")
    expect(page.locator("[data-find-count]")).to_have_text("1 / 1")
    expect(turn(page, 9_999)).to_be_in_viewport()
    page.fill("[data-find-text]", "parcel")
    expect(page.locator("[data-find-count]")).to_have_text("1 / 10000")
    expect(turn(page, 0)).to_be_in_viewport()


def test_everything_is_readable_without_scripts(open_desk: Open) -> None:
    page = open_desk("chat", WRITTEN, javascript=False)
    expect(page.get_by_text("the needle")).to_be_visible()
    expect(page.locator("[data-more]")).to_be_hidden()
    text = turn(page, 7).locator(".turn-text").bounding_box()
    assert text
    assert text["height"] > 600
