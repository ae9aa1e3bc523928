"""An evaluation by keyboard and ear alone: names, roles, order, focus, and what is read out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from qa_app.domain.snippets import SnippetText
from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import UserSession
from qa_app.security.context import SYSTEM
from qa_app.services.phrases import install_shipped_lists
from qa_app.services.recordings import attach_recording
from qa_app.services.site import Site
from qa_app.services.snippets import add_snippet
from tests.browser.desks import FORM, Desk, expect_saved
from tests.browser.listened import focus, listen, told, too_faint
from tests.browser.players import SECONDS, talk
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve

pytestmark = pytest.mark.browser

CALL: list[dict[str, Any]] = [
    {"speaker": "agent", "text": "您好，很高兴为您服务。", "from_ms": 1000, "to_ms": 9000},
    {"speaker": "customer", "text": "我的手机号是13812345678。", "from_ms": 9000, "to_ms": 12000},
    {"speaker": "agent", "text": "这不归我管。", "from_ms": 12000, "to_ms": 20000},
    {"speaker": "customer", "text": "那我要投诉。", "from_ms": 51000, "to_ms": 60000},
]
BEGAN = datetime(2026, 11, 18, 3, tzinfo=UTC)
CHAT: list[dict[str, Any]] = [
    {"speaker": "system", "text": "The chat begins."},
    {
        "speaker": "customer",
        "text": "My number is 13812345678.",
        "files": [{"name": "a.jpg", "type": "image"}],
    },
    {"speaker": "agent", "text": "Was here before.", "kind": "note"},
    {"speaker": "agent", "text": "这不归我管。", "kind": "recalled"},
    {"speaker": "agent", "text": "I will look into it."},
]
GRAPHICS = [
    *(
        (f"--{mark}", f"--{ground}")
        for mark, ground in (
            ("bad-fill", "bad-soft"),
            ("good-fill", "good-soft"),
            ("warn-text", "warn-soft"),
            ("accent", "agent-soft"),
            ("accent", "customer-soft"),
            ("accent", "surface"),
            ("bad-text", "surface"),
            ("good-text", "surface"),
            ("text-muted", "surface"),
            ("accent", "wave-silence"),
            ("accent", "wave-talk-over"),
            ("text", "wave-masked"),
            ("wave-hold", "wave-silence"),
            ("wave-talk-over-line", "wave-talk-over"),
            ("wave-masked-line", "wave-masked"),
            ("wave-masked-line", "surface"),
            ("line-control", "surface"),
            ("warn-fill", "warn-soft"),
        )
    ),
    *(
        (f"--{lane}", f"--{ground}")
        for lane in ("agent-lane", "customer-lane", "wave-mono")
        for ground in ("surface", "wave-talk-over", "wave-silence")
    ),
]
THEMES = pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "zh")])


@pytest.fixture
def desk(sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Desk:
    """A call with sound, phrases and a telephone number; then a chat with all kinds of messages."""
    with sqlite_site.writing(SYSTEM) as ctx:
        install_shipped_lists(ctx)
        add_snippet(ctx, SnippetText("Praise", "Well done, {agent}."))
        agent, _account = make_agent(ctx, make_team(ctx))
        grader = make_specialist(ctx, "grader")
        form = publish_form(ctx, FORM)
        call = make_conversation(
            ctx, agent, channel="call", turns=CALL, duration_s=SECONDS, language="zh"
        )
        attach_recording(ctx, call.id, sqlite_site.store.put(talk(tmp_path)))
        timed = [
            {**turn, "at": (BEGAN + timedelta(minutes=place)).isoformat()}
            for place, turn in enumerate(CHAT)
        ]
        chat = make_conversation(ctx, agent, turns=timed, language="zh")
        made = [make_assignment(ctx, one, grader, form).id for one in (call, chat)]
    run_pending_jobs(sqlite_site)
    return Desk(sqlite_site, serve(sqlite_site), open_page, *made)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def drawn(page: Page) -> Page:
    expect(page.locator(".player[data-drawn]")).to_be_visible()
    return page


def test_the_parts_of_the_desk_have_names_and_come_in_order(desk: Desk) -> None:
    page = drawn(desk.page())
    expect(page.get_by_role("main")).to_match_aria_snapshot("""
      - region "Conversation":
        - slider "Place in the recording"
        - group "Player":
          - button "Play or pause"
        - search:
          - searchbox "Search in the conversation"
        - region "What was said":
          - list:
            - listitem:
              - text: Agent
              - button "0:01"
              - paragraph
      - region "Scorecard":
        - heading "Short form" [level=2]
        - region "Opening 40":
          - group "Standard greeting":
            - heading "Standard greeting" [level=3]
            - radiogroup "Standard greeting":
              - radio "Yes"
              - radio "No"
              - radio "n/a"
            - button "How to judge"
            - button "Attach the place as evidence"
            - button "Comment"
          - group /Identity check/:
            - radiogroup /Identity check/:
              - radio "Complete"
              - radio "Not done (fatal error)"
        - region "Summary for the agent":
          - textbox "Summary for the agent"
    """)
    expect(page.get_by_role("contentinfo")).to_match_aria_snapshot("""
      - status "Score so far"
      - progressbar "Answered"
      - button /missing/
      - button "Pause"
      - button /Submit and next/
    """)


def test_every_kind_of_message_of_a_chat_says_what_it_is(desk: Desk) -> None:
    page = desk.page(desk.chat)
    said = page.get_by_role("region", name="What was said")
    for words in ("System", "Note between colleagues", "Taken back", "Picture: a.jpg"):
        expect(said).to_contain_text(words)


def test_tab_goes_through_everything_with_a_ring_that_nothing_covers(desk: Desk) -> None:
    page = drawn(desk.page())
    page.locator(".skip-link").focus()
    words: list[str] = []
    for _step in range(80):
        press(page, "Tab")
        there = focus(page)
        if there["page"]:
            break
        words.append(there["words"])
        assert there["ring"], there
        assert there["seen"], there
    assert page.evaluate("document.activeElement === document.body"), "Tab never leaves the desk"
    order = [
        words.index(one)
        for one in (
            "Back",
            "Place in the recording",
            "Play or pause",
            "a.greeting",
            "a.identity",
            "summary",
        )
    ]
    assert order == sorted(order)


def test_the_waveform_is_a_slider_for_the_keys(desk: Desk) -> None:
    page = drawn(desk.page())
    slider = page.get_by_role("slider", name="Place in the recording")
    slider.focus()
    for key, seconds in (("ArrowRight", "3"), ("End", str(SECONDS)), ("Home", "0")):
        press(page, key)
        expect(slider).to_have_attribute("aria-valuenow", seconds)
    press(page, "ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "0:03")
    expect(slider).to_be_focused()


def test_changes_are_read_out_once_and_steps_on_the_way_are_not(desk: Desk) -> None:
    page = drawn(desk.page())
    listen(page)
    press(page, "2")
    expect_saved(page)
    said = told(page)
    assert said.count("Saved") == 1
    assert not {"Saving…", "Not saved yet"} & set(said), said
    assert len([one for one in said if one[:1].isdigit()]) <= 1, said
    press(page, "ArrowRight", "[", "ArrowRight", "]", "e")
    expect_saved(page)
    assert len([one for one in told(page) if "attached" in one]) == 1


def test_an_answer_that_loses_says_so_and_asks_for_its_place(desk: Desk) -> None:
    page = drawn(desk.page())
    press(page, "2")
    question = page.locator("#q-greeting")
    expect(question).to_have_accessible_description("answered, loses points, a place is missing")
    expect(question.get_by_role("group", name="Why?")).to_be_visible()
    press(page, "ArrowRight", "[", "ArrowRight", "]", "e")
    expect(question.get_by_role("link", name="0:03")).to_be_visible()
    expect(question.get_by_role("button", name="Remove 0:03")).to_be_visible()
    expect(question).to_have_accessible_description("answered, loses points")


@pytest.mark.parametrize("key", ["?", "f"])
def test_dialogs_keep_the_focus_and_give_it_back(desk: Desk, key: str) -> None:
    page = drawn(desk.page())
    press(page, "j")
    expect(page.locator("#q-identity")).to_be_focused()
    press(page, key)
    dialog = page.locator("dialog:modal")
    expect(dialog).to_be_visible()
    for _step in range(12):
        press(page, "Tab")
        assert page.evaluate(
            "document.activeElement === document.body"
            " || !!document.activeElement.closest('dialog:modal')"
        )
    press(page, "Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#q-identity")).to_be_focused()


def test_a_chat_is_graded_to_its_end_and_the_focus_is_never_lost(
    desk: Desk, page_problems: list[str]
) -> None:
    page = desk.page(desk.chat)
    for keys in (["2"], ["j", "1"], ["j", "3"], ["j", "2"], ["c", "Escape"], ["k", "u", "Escape"]):
        press(page, *keys)
        assert not focus(page)["page"], keys
    press(page, "Control+Enter")
    expect(page.locator("#q-greeting .field-error")).to_be_visible()
    expect(page.locator("#q-greeting")).to_be_focused()
    press(page, "1", "Control+Enter")
    page.wait_for_url(f"**/grade/{desk.call}")
    expect(page.locator("#q-greeting")).to_be_focused()
    page_problems[:] = [one for one in page_problems if "422" not in one]


def states(page: Page, desk: Desk) -> list[str]:
    """Take a call's desk through what it can look like; serious findings of axe in each."""
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(f"{name}: {one}" for one in accessibility_problems(page))

    look("plain")
    press(page, "2", "g")
    look("a lost point asks")
    press(page, "ArrowRight", "[", "ArrowRight", "]", "e", "c")
    page.keyboard.type("/")
    expect(page.get_by_role("listbox")).to_be_visible()
    look("snippets")
    press(page, "Escape", "Escape")
    expect_saved(page)
    press(page, "Control+Enter")
    expect(page.locator("#q-identity .field-error")).to_be_visible()
    look("not complete")
    for name, selector in (
        ("phrases", "[data-phrases] > summary"),
        ("voices", ".player-menu > summary"),
    ):
        page.locator(selector).click()
        look(name)
        page.locator(selector).click()
    for dialog in ("flag", "keys", "unmask", "masks"):
        page.locator(f".btn[popovertarget={dialog}]").first.click()
        expect(page.locator(f"dialog#{dialog}")).to_be_visible()
        look(dialog)
        press(page, "Escape")
        expect(page.locator(f"dialog#{dialog}")).to_be_hidden()
    press(page, "Shift+P")
    expect(page.locator("dialog#paused")).to_be_visible()
    look("paused")
    press(page, "x")
    return found


@THEMES
def test_axe_finds_nothing_in_any_state_of_a_call(
    desk: Desk, theme: Any, language: Any, page_problems: list[str]
) -> None:
    page = drawn(desk.page(theme=theme, language=language))
    assert states(page, desk) == []
    page_problems[:] = [one for one in page_problems if "422" not in one]


@THEMES
def test_axe_finds_nothing_in_a_chat_a_conflict_and_a_lost_session(
    desk: Desk, theme: Any, language: Any, page_problems: list[str]
) -> None:
    page = desk.page(desk.chat, theme=theme, language=language)
    assert accessibility_problems(page) == []
    other = desk.page(desk.chat)
    press(other, "2")
    expect_saved(other)
    press(page, "1")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    assert accessibility_problems(page) == []
    with desk.site.writing() as ctx:
        ctx.session.execute(delete(UserSession))
    press(other, "1")
    expect(other.get_by_role("dialog", name="You are signed out")).to_be_visible()
    assert accessibility_problems(other) == []
    other.context.close()
    page_problems[:] = [one for one in page_problems if "409" not in one and "401" not in one]


@THEMES
def test_marks_that_axe_cannot_see_stand_out_from_their_ground(
    desk: Desk, theme: Any, language: Any
) -> None:
    page = drawn(desk.page(theme=theme, language=language))
    assert too_faint(page, GRAPHICS) == []
    assert too_faint(page, [("--text", "--mark")], 4.5) == []


@pytest.mark.parametrize("size", [(640, 360), (640, 720), (360, 740)], ids=str)
def test_a_zoomed_desk_still_works(desk: Desk, size: tuple[int, int]) -> None:
    page = drawn(desk.page(size=size))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    press(page, "2", "j", "1")
    expect_saved(page)
    expect(page.get_by_role("button", name="Submit and next")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_in_viewport(ratio=1)
    expect(page.locator("#q-identity h3")).to_be_in_viewport()
    take_screenshot(page, f"zoomed-{size[0]}-{size[1]}")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)], ids=str)
def test_at_least_half_of_the_left_pane_is_what_was_said(desk: Desk, size: tuple[int, int]) -> None:
    page = drawn(desk.page(size=size))
    pane = page.locator(".desk-pane-conversation").bounding_box()
    said = page.locator("[data-transcript]").bounding_box()
    assert pane is not None
    assert said is not None
    assert said["height"] * 2 >= pane["height"]
