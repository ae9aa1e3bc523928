"""A half-month to read in a browser: a call with sound whose evidence plays, chats, both halves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page
from sqlalchemy import select

from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Assignment, Conversation
from qa_app.services.evaluations import save_draft, start_evaluation, submit_evaluation
from qa_app.services.periods import publish_period
from qa_app.services.recordings import attach_recording
from qa_app.services.sampling import publish_plan, run_draw
from qa_app.services.scorecards import publish_scorecard
from qa_app.services.site import Site
from tests.browser.desks import FORM, SPOKEN
from tests.factories.conversations import make_conversation
from tests.factories.figures import FIRST, SECOND, Department, make_people
from tests.factories.grading import acting
from tests.factories.people import PASSWORD
from tests.infrastructure.browser import OpenPage
from tests.integration.adapters.sounds import clicks, write

SECONDS = 20
PLAN = """
id: main
title: {zh: 主计划, en: Main plan}
channels:
  call: {scorecard: short, quota: 5}
  chat: {scorecard: short, quota: 5}
"""
GOOD: dict[str, Any] = {
    "greeting": {"answer": "yes"},
    "identity": {"answer": "full"},
    "tone": {"answer": 5},
    "held": {"answer": "no"},
}
LATE: dict[str, Any] = {
    **GOOD,
    "greeting": {
        "answer": "no",
        "comment": "问候太晚。 The greeting came after six seconds.",
        "reasons": ["late"],
        "evidence": [{"from_ms": 5000, "to_ms": 8000}],
    },
    "tone": {"answer": 3, "comment": "A little short.", "evidence": [{"turn": 2}]},
}
FATAL: dict[str, Any] = {**GOOD, "identity": {"answer": "none", "comment": "Never asked."}}
SHEETS = {"call": (LATE, GOOD), "chat": (GOOD, FATAL)}


@dataclass
class Reading:
    """The site, and a way to sign in."""

    site: Site
    people: Department
    url: str
    open_page: OpenPage

    def page(
        self,
        who: str,
        path: str,
        *,
        language: Literal["zh", "en"] = "en",
        size: tuple[int, int] = (1280, 800),
        theme: Literal["light", "dark"] = "light",
        javascript: bool = True,
    ) -> Page:
        """A browser that is signed in and stands on the page."""
        page = self.open_page(
            self.url, language=language, size=size, theme=theme, javascript=javascript
        )
        page.goto(f"/sign-in?next={path}")
        page.fill("[name=login]", self.people.accounts[who].login)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"**{path}")
        return page


def make_reading(site: Site, url: str, open_page: OpenPage, folder: Path) -> Reading:
    """The first half graded and published, of the second anna's first call."""
    sound = write(folder / "call.wav", clicks(SECONDS, 1))
    with site.writing() as ctx:
        people = make_people(ctx)
        for name, person in people.agents.items():
            for half, day in ((FIRST, 4), (SECOND, 17)):
                for channel in ("call", "chat"):
                    for number in range(2):
                        made = make_conversation(
                            ctx,
                            person,
                            channel=channel,
                            external_id=f"{half}-{name}-{channel}-{number}",
                            started_at=datetime(2026, 11, day, 3, number, tzinfo=UTC),
                            topic="包裹 Parcel",
                            turns=SPOKEN if channel == "call" else None,
                            duration_s=SECONDS,
                        )
                        if name == "anna" and channel == "call":
                            attach_recording(ctx, made.id, site.store.put(sound))
        publish_scorecard(ctx, FORM)
        publish_plan(ctx, PLAN)
        for half in (FIRST, SECOND):
            run_draw(ctx, half, "main")
    run_pending_jobs(site)
    for agent in people.agents:
        for channel, sheets in SHEETS.items():
            _grade(site, people, agent, channel, FIRST, sheets)
    with site.writing() as ctx:
        publish_period(ctx, FIRST)
    _grade(site, people, "anna", "call", SECOND, (LATE,))
    return Reading(site, people, url, open_page)


def _grade(
    site: Site, people: Department, agent: str, channel: str, half: str, sheets: Any
) -> None:
    grader = people.accounts["qing"]
    with site.writing() as ctx:
        waiting = ctx.session.scalars(
            select(Assignment.id)
            .join(Conversation, Conversation.id == Assignment.conversation_id)
            .where(
                Conversation.agent_id == people.agents[agent].id,
                Assignment.channel == channel,
                Assignment.period == half,
            )
            .order_by(Conversation.external_id)
        ).all()
        as_grader = acting(ctx, grader)
        for assignment_id, sheet in zip(waiting, sheets, strict=False):
            evaluation_id = start_evaluation(as_grader, assignment_id)
            version = save_draft(
                as_grader,
                evaluation_id,
                base_version=0,
                sheet_changes=sheet,
                summary="Kind and clear. 下次请先核实身份。",
            )
            submit_evaluation(as_grader, evaluation_id, base_version=version)
