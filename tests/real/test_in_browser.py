"""The job in a real browser: a call and a Chinese chat graded, published, read, decided upon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from qa_app.models import Conversation, Evaluation, Person
from scorecards import load_shipped
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.real import expected, keyboard
from tests.real.department import FIRST, PASSWORD, SECOND, Department
from tests.real.grading import grade_one, waiting
from tests.real.grading_rule import score_by_hand

pytestmark = pytest.mark.browser
NEW_PASSWORD = "a sentence that is easy to keep"
Language = Literal["zh", "en"]


@dataclass
class Job:
    """A call and a Chinese chat to grade in the browser, of different graders."""

    made: Department
    url: str
    open_page: OpenPage
    call: Any
    chat: Any
    scores: dict[str, str | None] = field(default_factory=dict)

    def page(self, login: str, path: str, language: Language, password: str = PASSWORD) -> Page:
        page = self.open_page(self.url, language=language, size=(1366, 768))
        keyboard.sign_in(page, login, password, path)
        return page

    def evaluation(self, graded: Any) -> Any:
        statement = select(Evaluation.id, Evaluation.score, Evaluation.sheet, Evaluation.summary)
        with self.made.open() as site, site.reading() as ctx:
            return ctx.session.execute(statement.where(Evaluation.assignment_id == graded.id)).one()

    def agent_of(self, graded: Any) -> str:
        source, external_id = graded.key.split(":", 1)
        statement = (
            select(Person.employee_no)
            .join(Conversation, Conversation.agent_id == Person.id)
            .where(Conversation.source == source, Conversation.external_id == external_id)
        )
        with self.made.open() as site, site.reading() as ctx:
            return str(ctx.session.execute(statement).scalar_one())

    def one_time_password(self, login: str) -> str:
        accounts = self.made.document("people")["accounts"]
        return str(next(one["password"] for one in accounts if one["login"] == login))


@pytest.fixture
def job(drawn: Department, open_page: OpenPage, tmp_path: Path) -> Iterator[Job]:
    made = drawn.copied(tmp_path / "site")
    with made.open() as site, site.reading() as ctx:
        open_ones = waiting(ctx)
    call = next(one for one in open_ones if one.key.startswith("getgoing:"))
    chat = next(
        one
        for one in open_ones
        if one.key.startswith("crosswoz:") and one.login != call.login and one.turn_count > 12
    )
    with made.qa_app.serve() as url:
        yield Job(made, url, open_page, call, chat)


def show(page: Page, name: str) -> None:
    """Keep a picture of the page, and insist that axe finds nothing serious."""
    take_screenshot(page, f"real-{name}")
    assert accessibility_problems(page) == []


def test_from_the_desk_to_the_figure_and_back_to_eight_seconds_of_sound(job: Job) -> None:
    grade_the_call(job)
    grade_the_chat(job)
    grade_the_rest_and_publish(job)
    the_agent_of_the_call_hears_the_evidence(job)
    the_agent_of_the_chat_reads_the_evidence(job)
    the_leads_decide(job)


def grade_the_call(job: Job) -> None:
    page = job.page(job.call.login, f"/grade/{job.call.id}", "en")
    keyboard.hear_a_little(page)
    keyboard.answer(page, keyboard.CALL)
    keyboard.comment(page, "greeting", "No name and no number. 没有报工号。")
    keyboard.summarise(page, "Clear directions; greet as agreed.")
    keyboard.raise_flag(page, "The caller had to say everything twice.")
    show(page, "desk-call-en")
    assert not keyboard.page_scrolls(page)
    keyboard.submit(page, keyboard.CALL_SCORE)
    graded = job.evaluation(job.call)
    assert f"{graded.score}" == keyboard.CALL_SCORE
    assert graded.sheet["greeting"]["evidence"] == [{"from_ms": 3000, "to_ms": 12000}]
    assert graded.sheet["greeting"]["comment"] == "No name and no number. 没有报工号。"
    check_by_hand(job, job.call, graded)


def grade_the_chat(job: Job) -> None:
    page = job.page(job.chat.login, f"/grade/{job.chat.id}", "zh")
    keyboard.answer(page, keyboard.CHAT)
    keyboard.comment(page, "confidentiality", "向他人透露了客户的订单。")
    keyboard.summarise(page, "请注意保密。")
    show(page, "desk-chat-zh")
    assert not keyboard.page_scrolls(page)
    expect(page.locator("[data-running-fatal]")).to_be_visible()
    keyboard.submit(page, keyboard.CHAT_SCORE)
    graded = job.evaluation(job.chat)
    assert graded.sheet["confidentiality"]["evidence"] == [{"turn": 1}]
    assert graded.summary == "请注意保密。"
    check_by_hand(job, job.chat, graded)


def check_by_hand(job: Job, graded: Any, evaluation: Any) -> None:
    score = score_by_hand(load_shipped(graded.form).to_dict(), evaluation.sheet)
    assert score == f"{evaluation.score}"
    job.scores[graded.key] = score


def grade_the_rest_and_publish(job: Job) -> None:
    """The other conversations of the two agents; then their figures, against those by hand."""
    agents = {job.agent_of(job.call), job.agent_of(job.chat)}
    with job.made.open() as site:
        with site.reading() as ctx:
            numbers = select(Person.id).where(Person.employee_no.in_(agents))
            rest = waiting(ctx, Conversation.agent_id.in_(numbers))
        for row in rest:
            form = load_shipped(row.form).to_dict()
            job.scores[row.key] = grade_one(site, row, form)
    for period in (FIRST, SECOND):
        assert job.made.qa_app("period", "publish", period).code == 0
        document = job.made.qa_app("period", "figures", period).document
        by_hand = [
            (agent, channel, expected.mean([s for key in keys if (s := job.scores[key])]))
            for (agent, channel), frame in expected.frames(period).items()
            if agent in agents and (keys := expected.picks(period, channel, frame))
        ]
        published = [(one["agent"], one["channel"], one["mean"]) for one in document["figures"]]
        assert published == by_hand


def agent_page(job: Job, graded: Any, language: Language) -> Page:
    """The agent of a conversation, signed in with a new account, at the figures of its half."""
    number = job.agent_of(graded)
    create = ("user", "create", number.lower(), "--role", "agent", "--employee-no", number)
    made = job.made.qa_app(*create, "--password-stdin", stdin=PASSWORD)
    assert made.code == 0, made
    return job.page(number.lower(), f"/my/figures?period={graded.period}", language)


def the_agent_of_the_call_hears_the_evidence(job: Job) -> None:
    page = agent_page(job, job.call, "en")
    own = [score for key, score in job.scores.items() if key.startswith("getgoing:") and score]
    assert keyboard.CALL_SCORE in own
    expect(page.get_by_role("heading", name="Recordings")).to_be_visible()
    show(page, "agent-figures-en")
    page.get_by_role("link", name=job.call.key).click()
    expect(page.get_by_text("85.75").first).to_be_visible()
    expect(page.get_by_text("Clear directions; greet as agreed.")).to_be_visible()
    page.locator(".losses").get_by_role("link", name="Standard greeting").click()
    expect(page).to_have_url(re.compile("#q-greeting$"))
    show(page, "agent-evaluation-en")
    page.locator("#q-greeting [data-place] .chip").click()
    wave = page.locator("[data-wave]")
    within = re.compile("^[4-9]$|^1[0-2]$")
    expect(wave).to_have_attribute("aria-valuenow", within, timeout=keyboard.PATIENCE_MS)
    assert 4 <= keyboard.sound_at(page) <= 12.1
    page.evaluate("document.querySelector('audio').playbackRate = 4")
    stopped = page.locator(".player:not(.is-playing)")
    expect(stopped).to_be_visible(timeout=keyboard.PATIENCE_MS)
    assert keyboard.sound_at(page) == pytest.approx(12, abs=0.2)
    page.get_by_label("Comment").last.fill("I will say my name. 谢谢。")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("You have acknowledged this evaluation.")).to_be_visible()


def the_agent_of_the_chat_reads_the_evidence(job: Job) -> None:
    page = agent_page(job, job.chat, "zh")
    show(page, "agent-figures-zh")
    page.get_by_role("link", name=job.chat.key).click()
    expect(page.get_by_text("向他人透露了客户的订单。").first).to_be_visible()
    page.locator("#q-confidentiality [data-place] .chip").click()
    expect(page.locator("#turn-1.is-chosen")).to_be_visible()
    show(page, "agent-evaluation-zh")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("您已确认此质检评分。")).to_be_visible()


def the_leads_decide(job: Job) -> None:
    """The flag of the desk, and the one that the fatal error raised by itself."""
    page = lead_page(job, "lead-transit", "en")
    page.get_by_role("link", name=re.compile("GetGoing")).first.click()
    expect(page.get_by_text("The caller had to say everything twice.")).to_be_visible()
    flag = page.url
    page.get_by_role("link", name="Open the evaluation and listen").click()
    keyboard.hear_a_little(page)
    page.goto(flag)
    show(page, "lead-flag-en")
    decide(page, "coach", "Listened to it together; practise the greeting.")

    page = lead_page(job, "lead-zh", "zh")
    page.get_by_role("link", name=re.compile("客服")).first.click()
    expect(page.locator(".badge", has_text="致命错误")).to_be_visible()
    show(page, "lead-flag-zh")
    decide(page, "confirm", "确认泄露，已安排培训。")


def decide(page: Page, decision: str, reason: str) -> None:
    """The flag is in its history afterwards, and no longer among those that wait."""
    flag = page.url
    page.locator(f"[name=decision][value={decision}]").check()
    page.locator("[name=reason]").fill(reason)
    page.locator("form:has([name=reason]) [type=submit]").click()
    page.wait_for_url("**/flags/")
    expect(page.locator("[data-row], tbody tr")).to_have_count(0)
    page.goto(flag)
    expect(page.get_by_text(reason)).to_be_visible()
    expect(page.locator("[name=decision]")).to_have_count(0)


def lead_page(job: Job, login: str, language: Language) -> Page:
    """A lead who signs in for the first time and chooses a password."""
    one_time = job.one_time_password(login)
    page = job.open_page(job.url, language=language, size=(1366, 768))
    page.goto("/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", one_time)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/password*")
    page.fill("[name=current]", one_time)
    page.fill("[name=new]", NEW_PASSWORD)
    page.fill("[name=again]", NEW_PASSWORD)
    page.press("[name=again]", "Enter")
    page.wait_for_url(lambda url: "/password" not in url)
    page.goto("/flags")
    return page
