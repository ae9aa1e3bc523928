"""Real chats at the desk, Chinese and English: searched, phrases found, evidence, masked data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from qa_app.models import AuditEntry, Conversation, Evaluation, Person, Transcript
from qa_app.security.context import SYSTEM
from qa_app.services.phrases import install_shipped_lists
from qa_app.services.site import Site
from tests.browser.desks import expect_saved
from tests.browser.test_transcript import coloured, drag
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve
from tests.real import keyboard
from tests.real.department import PASSWORD, Department
from tests.real.grading import waiting

pytestmark = pytest.mark.browser
PHONE = re.compile(r"\d{3}-\d{8}")
GRAVE = re.compile(r"\b(?:complain|complaint|fraud|fraudulent|scam|police|lawyer)\b", re.IGNORECASE)
GREETING = re.compile("您好|你好|[早上中下晚]+好|欢迎")
SNIPPET = "{agent}，请先问候客户，再回答问题。"


@dataclass
class Chats:
    """The department with the shipped lists, and its chats that wait."""

    made: Department
    site: Site
    url: str
    open_page: OpenPage

    def first(self, source: str, wanted: Any) -> tuple[Any, list[dict[str, Any]]]:
        """The first chat that waits and whose turns are as wanted."""
        with self.site.reading() as ctx:
            for row in waiting(ctx):
                if not row.key.startswith(source):
                    continue
                statement = (
                    select(Transcript.turns)
                    .join(Conversation, Conversation.id == Transcript.conversation_id)
                    .where(Conversation.external_id == row.key.split(":", 1)[1])
                    .where(Conversation.source == source)
                )
                turns = ctx.session.execute(statement).scalar_one()
                if wanted(turns):
                    return row, turns
        raise AssertionError(f"no such chat in {source}")

    def page(self, login: str, path: str, language: Literal["zh", "en"]) -> Page:
        page = self.open_page(self.url, language=language, size=(1366, 768))
        keyboard.sign_in(page, login, PASSWORD, path)
        return page

    def desk(self, row: Any, language: Literal["zh", "en"]) -> Page:
        page = self.page(row.login, f"/grade/{row.id}", language)
        expect(page.locator(".question.is-current")).to_be_visible()
        return page

    def answer(self, row: Any, question: str) -> Any:
        statement = select(Evaluation.sheet).where(Evaluation.assignment_id == row.id)
        with self.site.reading() as ctx:
            return ctx.session.execute(statement).scalar_one()[question]

    def agent_of(self, row: Any) -> str:
        """Makes an account for the agent of a chat; its login."""
        external_id = row.key.split(":", 1)[1]
        statement = (
            select(Person.employee_no)
            .join(Conversation, Conversation.agent_id == Person.id)
            .where(Conversation.external_id == external_id)
        )
        with self.site.reading() as ctx:
            number = str(ctx.session.execute(statement).scalars().first())
        create = ("user", "create", number.lower(), "--role", "agent", "--employee-no", number)
        assert self.made.qa_app(*create, "--password-stdin", stdin=PASSWORD).code == 0
        return number.lower()


@pytest.fixture
def chats(drawn: Department, serve: Serve, open_page: OpenPage, tmp_path: Path) -> Iterator[Chats]:
    made = drawn.copied(tmp_path / "site")
    with made.open() as site:
        with site.writing(SYSTEM) as ctx:
            install_shipped_lists(ctx)
        yield Chats(made, site, serve(site), open_page)


def without_greeting_but_with_a_phone(turns: list[dict[str, Any]]) -> bool:
    agent = [one["text"] for one in turns if one["speaker"] == "agent"]
    return (
        len(turns) >= 14
        and not any(map(GREETING.search, agent[:2]))
        and any(map(PHONE.search, agent[3:]))
    )


def test_a_chinese_chat_is_graded_with_phrases_evidence_snippets_and_masked_phones(
    chats: Chats,
) -> None:
    row, turns = chats.first("crosswoz", without_greeting_but_with_a_phone)
    phone_at = next(i for i, one in enumerate(turns) if PHONE.search(one["text"]))
    phone = PHONE.findall(turns[phone_at]["text"])[0]
    page = chats.page(row.login, "/snippets/", "zh")
    page.fill("[name=title]", "问候")
    page.fill("form:not([method=get]) [name=text]", SNIPPET)
    page.press("form:not([method=get]) [name=title]", "Enter")
    page.goto(f"/grade/{row.id}")
    expect(page.locator(".question.is-current")).to_be_visible()

    expect(page.locator(".turns")).not_to_contain_text(phone)
    expect(page.locator(f"#turn-{phone_at}")).to_contain_text(f"••{phone[-2:]}")
    keyboard.press(page, "/")
    page.keyboard.insert_text("电话")
    found = sum(one["text"].count("电话") for one in turns)
    expect(page.locator("[data-find-count]")).to_have_text(f"1 / {found}")
    hit = next(i for i, one in enumerate(turns) if "电话" in one["text"])
    assert coloured(page, "found") == ["电话"] * found
    keyboard.press(page, "Escape")

    strip = page.locator("[data-phrases]")
    strip.locator("summary").press("Enter")
    missing = strip.locator("li", has_text="开场问候")
    take_screenshot(page, "real-chat-phrases-zh")
    assert accessibility_problems(page) == []
    missing.locator("[data-suggests]").press("Enter")
    expect(page.locator("#q-greeting input[value=no]")).to_be_checked()

    strip.locator("summary").press("Enter")
    page.locator("#q-greeting").focus()
    keyboard.press(page, "ArrowDown e")  # the one after what was found
    expect(page.locator("#q-greeting .place")).to_have_count(1)
    page.locator("#turn-3").scroll_into_view_if_needed()
    drag(page, (3, 0), (3, 3))
    keyboard.press(page, "e")
    expect(page.locator("#q-greeting .place")).to_have_count(2)
    keyboard.press(page, "c")
    page.keyboard.type("/")
    page.keyboard.insert_text("问候")
    expect(page.get_by_role("option")).to_have_count(1)
    keyboard.press(page, "Enter")
    name = page.locator("h1").inner_text()
    expect(page.locator("[name='c.greeting']")).to_have_value(SNIPPET.replace("{agent}", name))
    keyboard.press(page, "Escape")
    expect_saved(page)
    kept = chats.answer(row, "greeting")
    assert (kept["answer"], kept["evidence"]) == ("no", [{"turn": hit + 1}, {"turn": 3}])

    page.locator(".desk-masked button").press("Enter")
    dialog = page.locator("dialog#unmask")
    expect(dialog).to_be_visible()
    assert accessibility_problems(page) == []
    dialog.locator("[name=reason]").focus()
    page.keyboard.insert_text("核对所报电话是否正确。")
    keyboard.press(page, "Enter")
    expect(page.locator(f"#turn-{phone_at}")).to_contain_text(phone)
    expect(page.locator("#q-greeting .place")).to_have_count(2)
    take_screenshot(page, "real-chat-unmasked-zh")
    with chats.site.reading() as ctx:
        entry = select(AuditEntry.data).where(AuditEntry.action == "conversation.unmasked")
        (audited,) = ctx.session.scalars(entry)
    assert "核对所报电话是否正确" in json.dumps(audited, ensure_ascii=False)

    page.locator("[data-question]").first.focus()
    keyboard.answer(page, keyboard.CHAT | {"greeting": "", "confidentiality": "1"})
    keyboard.press(page, "Control+Enter")
    page.wait_for_url(lambda url: "/grade/" in url and f"/grade/{row.id}" not in url)

    own = chats.page(chats.agent_of(row), "/my/evaluations", "zh")
    own.locator("a.row-link").first.click()
    expect(own.locator(f"#turn-{phone_at}")).to_contain_text(f"••{phone[-2:]}")
    assert phone not in own.content()
    take_screenshot(own, "real-chat-agent-zh")
    assert accessibility_problems(own) == []


def test_an_english_chat_shows_what_the_lists_found_and_who_said_it(chats: Chats) -> None:
    def grave(turn: dict[str, Any]) -> re.Match[str] | None:
        return GRAVE.search(turn["text"]) if turn["speaker"] == "customer" else None

    row, turns = chats.first("star", lambda turns: any(map(grave, turns)))
    said, word = next((i, found[0]) for i, one in enumerate(turns) if (found := grave(one)))
    page = chats.desk(row, "en")
    strip = page.locator("[data-phrases]")
    expect(strip.locator("summary")).to_contain_text("sensitive")
    expect(page.locator(f"#turn-{said} mark.phrase-sensitive").first).to_have_text(
        re.compile(word, re.IGNORECASE)
    )
    keyboard.press(page, "b")
    expect(page.locator(".turn.is-chosen mark")).not_to_have_count(0)
    strip.locator("summary").press("Enter")
    take_screenshot(page, "real-chat-phrases-en")
    assert accessibility_problems(page) == []
    strip.locator("[data-suggests][data-flag]").first.press("Enter")
    expect(page.locator("dialog#flag")).to_be_visible()
    expect(page.locator("#flag-complaint_risk")).to_be_checked()
    keyboard.press(page, "Escape")
    keyboard.press(page, "/")
    page.keyboard.type(word)
    count = sum(one["text"].lower().count(word.lower()) for one in turns)
    expect(page.locator("[data-find-count]")).to_have_text(f"1 / {count}")
    keyboard.press(page, "Enter Escape")
