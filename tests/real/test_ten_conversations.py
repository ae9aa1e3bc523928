"""A grader's hour, in small: ten real conversations one after the other, by keyboard alone.

What was pressed and what was waited for is written to test-artifacts; nothing here asserts on time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from qa_app.models import Assignment, Evaluation
from scorecards import load_shipped
from tests.infrastructure.browser import ARTIFACTS, OpenPage
from tests.real import keyboard
from tests.real.department import PASSWORD, Department
from tests.real.grading import waiting
from tests.real.grading_rule import score_by_hand

pytestmark = pytest.mark.browser
LOGIN, TEN = "qing", 10
WATCH = (Path(__file__).parent / "waiting.js").read_text(encoding="utf-8")
KEYS = {"call": (keyboard.CALL, keyboard.CALL_SCORE), "chat": (keyboard.CHAT, keyboard.CHAT_SCORE)}


@pytest.fixture
def desk(
    drawn: Department, open_page: OpenPage, tmp_path: Path
) -> Iterator[tuple[Department, Page]]:
    """The desk of a specialist whose queue begins with five calls and five chats."""
    made = drawn.copied(tmp_path / "site")
    first = _five_of_each(made)
    with made.qa_app.serve() as url:
        page = open_page(url, language="zh", size=(1366, 768))
        page.add_init_script(WATCH)
        keyboard.sign_in(page, LOGIN, PASSWORD, f"/grade/{first}")
        yield made, page


def _five_of_each(made: Department) -> int:
    """Put five calls and five chats of the grader in front; the id of the first."""
    with made.open() as site, site.writing() as ctx:
        own = [row for row in waiting(ctx) if row.login == LOGIN]
        chosen = [
            row.id
            for sources in (("getgoing:",), ("crosswoz:", "star:"))
            for row in [one for one in own if one.key.startswith(sources)][: TEN // 2]
        ]
        early = ctx.today.replace(year=2000)
        for assignment in ctx.session.scalars(select(Assignment).where(Assignment.id.in_(chosen))):
            assignment.due_on = early
    assert len(chosen) == TEN
    return int(min(chosen))


def test_ten_conversations_are_graded_without_a_mouse(desk: tuple[Department, Page]) -> None:
    made, page = desk
    graded = []
    for number in range(TEN):
        channel = str(page.locator("[data-channel]").get_attribute("data-channel"))
        keys, score = KEYS[channel]
        if channel == "call":
            keyboard.hear_a_little(page)
        keyboard.answer(page, keys)
        keyboard.summarise(page, f"第 {number + 1} 条：整体不错。")
        assert not keyboard.page_scrolls(page)
        graded.append(int(page.url.rstrip("/").rsplit("/", 1)[1].split("#")[0]))
        keyboard.submit(page, score)
        expect(page.locator(".question.is-current")).to_be_focused()
    report(page, len(graded))
    assert len(set(graded)) == TEN
    for row in submitted(made, graded):
        form = load_shipped("call-recording" if row.channel == "call" else "chat-text").to_dict()
        assert f"{row.score}" == score_by_hand(form, row.sheet) == KEYS[row.channel][1]


def submitted(made: Department, graded: list[int]) -> list[Any]:
    statement = select(Evaluation.channel, Evaluation.score, Evaluation.sheet).where(
        Evaluation.assignment_id.in_(graded), Evaluation.submitted_at.is_not(None)
    )
    with made.open() as site, site.reading() as ctx:
        rows = list(ctx.session.execute(statement))
    assert len(rows) == TEN
    return rows


def report(page: Page, count: int) -> None:
    """Keystrokes and seconds of waiting, all and per conversation."""
    kept = page.evaluate("Object.fromEntries(Object.entries(sessionStorage))")
    next_ms, sound_ms = (json.loads(kept.get(name, "[]")) for name in ("next", "sound"))
    waited = sum(next_ms) + sum(sound_ms)
    figures = {
        "conversations": count,
        "keystrokes": int(kept["keys"]),
        "keystrokes_each": round(int(kept["keys"]) / count, 1),
        "seconds_waited_each": round(waited / count / 1000, 3),
        "next_desk_ms": {"median": median(next_ms), "longest": max(next_ms)},
        "sound_begins_ms": {"median": median(sound_ms), "longest": max(sound_ms)},
    }
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    (ARTIFACTS / "ten-conversations.json").write_text(json.dumps(figures, indent=2))
    print(json.dumps(figures))
