"""A grader with a call and chats to grade, in a browser that is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, expect
from sqlalchemy import select

from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Assignment, Evaluation
from qa_app.services.recordings import attach_recording
from qa_app.services.site import Site
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.people import PASSWORD
from tests.infrastructure.browser import OpenPage
from tests.integration.adapters.sounds import clicks, write

SECONDS = 20
SPOKEN: list[dict[str, Any]] = [
    {"speaker": "agent", "text": "您好，请问有什么可以帮您？", "from_ms": 1000, "to_ms": 4000},
    {"speaker": "customer", "text": "My parcel is late.", "from_ms": 5000, "to_ms": 8000},
    {"speaker": "agent", "text": "请稍等，我查一下。", "from_ms": 9000, "to_ms": 12000},
    {"speaker": "customer", "text": "好的，谢谢。", "from_ms": 15000, "to_ms": 19000},
]
FORM = """
id: short
title: {zh: 短表, en: Short form}
channel: any
bands:
  - {id: good, from: 80, title: {zh: 良好, en: Good}}
  - {id: poor, from: 0, title: {zh: 待改进, en: Needs work}}
sections:
  - id: opening
    title: {zh: 开场, en: Opening}
    weight: 40
    questions:
      - id: greeting
        title: {zh: 规范开场白, en: Standard greeting}
        guide: {zh: 三秒之内问候。, en: Greets within three seconds.}
        type: yes_no
        allow_na: true
        reasons:
          - {id: late, title: {zh: 太晚, en: Too late}}
          - {id: short, title: {zh: 太短, en: Too short}}
        evidence: on_loss
      - id: identity
        title: {zh: 核实身份, en: Identity check}
        type: choice
        options:
          - {id: full, title: {zh: 完整, en: Complete}, value: 1}
          - {id: none, title: {zh: 未核实, en: Not done}, value: 0}
        fatal: {on: [none], class: compliance}
  - id: solving
    title: {zh: 处理, en: Solving}
    weight: 60
    questions:
      - {id: tone, title: {zh: 语气, en: Tone}, type: rating}
      - id: held
        title: {zh: 是否等待, en: Put on hold}
        type: yes_no
        good: "no"
      - id: hold_seconds
        title: {zh: 等待秒数, en: Seconds on hold}
        type: number
        min: 0
        max: 3600
        bands: [{to: 30, value: 1}, {value: 0}]
        show_if: {all: [{question: held, in: [yes]}]}
      - {id: advice, title: {zh: 建议, en: Advice}, type: text}
"""


@dataclass
class Desk:
    """One grader's work on one site."""

    site: Site
    url: str
    open_page: OpenPage
    call: int
    chat: int

    def page(
        self,
        assignment_id: int | None = None,
        *,
        language: Literal["zh", "en"] = "en",
        size: tuple[int, int] = (1280, 720),
        theme: Literal["light", "dark"] = "light",
        javascript: bool = True,
    ) -> Page:
        """A signed-in browser at the desk of an assignment (the call)."""
        page = self.open_page(
            self.url, language=language, size=size, theme=theme, javascript=javascript
        )
        page.goto(f"/sign-in?next=/grade/{assignment_id or self.call}")
        page.fill("[name=login]", "grader")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/grade/*")
        if javascript:
            expect(page.locator(".question.is-current")).to_be_visible()
        return page

    def evaluation(self, assignment_id: int) -> Any:
        """The evaluation's row, or None."""
        statement = select(*Evaluation.__table__.columns)
        with self.site.reading() as ctx:
            return ctx.session.execute(
                statement.where(Evaluation.assignment_id == assignment_id)
            ).one_or_none()

    def assignments(self) -> list[int]:
        with self.site.reading() as ctx:
            return list(ctx.session.scalars(select(Assignment.id).order_by(Assignment.id)))


def make_desk(site: Site, url: str, open_page: OpenPage, folder: Path) -> Desk:
    """A call of 20 seconds with sound and transcript, then a chat; due in this order."""
    sound = folder / "call.wav"
    write(sound, clicks(SECONDS, 1))
    with site.writing() as ctx:
        agent, _account = make_agent(ctx, make_team(ctx))
        grader = make_specialist(ctx, "grader")
        form = publish_form(ctx, FORM)
        call = make_conversation(ctx, agent, channel="call", turns=SPOKEN, duration_s=SECONDS)
        attach_recording(ctx, call.id, site.store.put(sound))
        chat = make_conversation(ctx, agent)
        made = [make_assignment(ctx, one, grader, form).id for one in (call, chat)]
    run_pending_jobs(site)
    return Desk(site, url, open_page, *made)


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
