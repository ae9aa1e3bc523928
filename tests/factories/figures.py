"""A department with a plan and a draw, and gradings whose scores a test chooses exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select

from qa_app.models import Account, Assignment, Conversation, Person, Team
from qa_app.security.context import Context
from qa_app.services.evaluations import save_draft, start_evaluation, submit_evaluation
from qa_app.services.sampling import publish_plan, run_draw
from qa_app.services.scorecards import publish_scorecard
from qa_app.services.site import Site
from tests.factories.conversations import make_conversation
from tests.factories.grading import acting
from tests.factories.people import make_account, make_lead, make_person, make_specialist, make_team

FIRST, SECOND = "2026-11-H1", "2026-11-H2"
NO_SCORE = "no score"

FORM = """
id: hundredths
title: {zh: 百分表, en: Hundredths}
channel: any
bands:
  - {id: excellent, from: 95, title: {zh: 优秀, en: Excellent}}
  - {id: good, from: 80, title: {zh: 良好, en: Good}}
  - {id: poor, from: 0, title: {zh: 待改进, en: Needs work}}
sections:
  - id: manner
    title: {zh: 态度, en: Manner}
    questions:
      - id: polite
        title: {zh: 礼貌用语, en: Polite words}
        guide: {zh: 全程礼貌, en: Polite all through}
        type: yes_no
        allow_na: true
        fatal: {on: ["no"], class: customer}
  - id: slips
    title: {zh: 差错, en: Slips}
    questions:
      - id: slips
        title: {zh: 小差错, en: Small slips}
        type: deduct
        each: 0.01
        reasons:
          - {id: haste, title: {zh: 匆忙, en: Haste}}
"""

PLAN = """
id: main
title: {zh: 主计划, en: Main plan}
channels:
  call: {scorecard: hundredths, quota: 5}
  chat: {scorecard: hundredths, quota: 5}
"""


@dataclass
class Department:
    """Who is there, by the words that tests use."""

    teams: dict[str, Team] = field(default_factory=dict)
    agents: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)


def make_people(ctx: Context) -> Department:
    """Teams A and B with leads; agents anna, ben (A) and carl (B); the specialist qing; each other
    role by its name."""
    made = Department()
    made.accounts["qing"] = make_specialist(ctx, "qing")
    for role in ("manager", "hr", "admin"):
        made.accounts[role] = make_account(ctx, role, role)
    for code in ("A", "B"):
        made.teams[code] = make_team(ctx, code)
        made.accounts[f"lead {code}"] = make_lead(ctx, made.teams[code])[1]
    for name, team in (("anna", "A"), ("ben", "A"), ("carl", "B")):
        person = make_person(ctx, f"E-{name}", name=name.title(), team=made.teams[team])
        made.agents[name] = person
        made.accounts[name] = make_account(ctx, "agent", name, person=person)
    return made


def make_drawn_department(
    site: Site, *, halves: tuple[str, ...] = (SECOND,), each: int = 2
) -> Department:
    """People with `each` calls and chats an agent in every half; the plan drawn, everything
    assigned to the specialist qing."""
    with site.writing() as ctx:
        made = make_people(ctx)
        for person in made.agents.values():
            for half in halves:
                _make_conversations(ctx, person, half, each)
        publish_scorecard(ctx, FORM)
        publish_plan(ctx, PLAN)
        for half in halves:
            run_draw(ctx, half, "main")
    return made


def _make_conversations(ctx: Context, person: Person, half: str, each: int) -> None:
    day = 4 if half == FIRST else 17
    for channel in ("call", "chat"):
        for number in range(each):
            make_conversation(
                ctx,
                person,
                channel=channel,
                external_id=f"{half}-{person.employee_no}-{channel}-{number}",
                started_at=datetime(2026, 11, day, 3, number, tzinfo=UTC),
            )


def open_assignments(site: Site, person: Person, channel: str, period: str = SECOND) -> list[int]:
    """The agent's assignments that wait, by conversation."""
    with site.reading() as ctx:
        return list(
            ctx.session.scalars(
                select(Assignment.id)
                .join(Conversation, Conversation.id == Assignment.conversation_id)
                .where(
                    Conversation.agent_id == person.id,
                    Assignment.channel == channel,
                    Assignment.period == period,
                    Assignment.state == "open",
                )
                .order_by(Conversation.external_id)
            )
        )


def sheet_of(score: str, *, fatal: bool = False) -> dict[str, Mapping[str, object]]:
    """A sheet of the form `hundredths` that scores this."""
    if score == NO_SCORE:
        return {"polite": {"na": True}, "slips": {"answer": 0}}
    slips = int((100 - Decimal(score)) * 100)
    polite = {"answer": "no" if fatal else "yes"}
    return {"polite": polite, "slips": {"answer": slips, "comment": "in haste"}}


def grade(
    site: Site, grader: Account, assignment_id: int, score: str, *, fatal: bool = False
) -> int:
    """Grade an assignment through the real services; the evaluation's id."""
    with site.writing() as ctx:
        as_grader = acting(ctx, grader)
        evaluation_id = start_evaluation(as_grader, assignment_id)
        changes = sheet_of(score, fatal=fatal)
        version = save_draft(as_grader, evaluation_id, base_version=0, sheet_changes=changes)
        submit_evaluation(as_grader, evaluation_id, base_version=version)
    return evaluation_id


def grade_all(
    site: Site, made: Department, agent: str, channel: str, scores: list[str], period: str = SECOND
) -> list[int]:
    """Grade as many of the agent's conversations as there are scores."""
    waiting = open_assignments(site, made.agents[agent], channel, period)
    return [
        grade(site, made.accounts["qing"], assignment_id, score)
        for assignment_id, score in zip(waiting, scores, strict=False)
    ]
