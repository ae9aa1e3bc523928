"""Forms, plans and conversations of a half-month that draws are made from."""

from __future__ import annotations

from datetime import UTC, datetime

from qa_app.models import Account, Draw, Person
from qa_app.security.context import Context
from tests.factories.conversations import make_conversation
from tests.factories.people import make_person, make_specialist, make_team

PERIOD = "2026-11-H2"


def form_text(form_id: str, channel: str = "any", extra: str = "") -> str:
    """A small form; `extra` are more lines of its head."""
    return f"""
id: {form_id}
title: {{zh: 表, en: Form {form_id}}}
channel: {channel}
{extra}
sections:
  - id: main
    title: {{zh: 主要, en: Main}}
    questions:
      - {{id: greeting, title: {{zh: 问候, en: Greeting}}, type: yes_no, points: 10}}
      - {{id: tone, title: {{zh: 态度, en: Tone}}, type: rating, points: 5}}
"""


def plan_text(
    plan_id: str = "main", *, call: int | None = None, chat: int | None = 2, more: str = ""
) -> str:
    """A plan with these quotas per agent; `more` are further lines."""
    channels = {"call": call, "chat": chat}
    lines = "".join(
        f"  {name}: {{scorecard: form, quota: {quota}}}\n"
        for name, quota in channels.items()
        if quota
    )
    return f"id: {plan_id}\ntitle: {{zh: 计划, en: Plan {plan_id}}}\nchannels:\n{lines}{more}\n"


def publish_plan_text(ctx: Context, text: str) -> None:
    """Publish the form `form` and a plan that uses it."""
    from qa_app.services.sampling import publish_plan
    from qa_app.services.scorecards import publish_scorecard

    publish_scorecard(ctx, form_text("form"))
    publish_plan(ctx, text)


def make_department(
    ctx: Context, *, agents: int = 3, conversations: int = 6, graders: int = 2
) -> tuple[list[Person], list[Account]]:
    """Agents of one team with chats on the 17th, 18th, … of November 2026, and specialists."""
    team = make_team(ctx, "A")
    people = [make_person(ctx, f"E{number}", team=team) for number in range(1, agents + 1)]
    for person in people:
        for number in range(conversations):
            make_chat(ctx, person, f"{person.employee_no}-{number}", day=17 + number % 3)
    return people, [make_specialist(ctx, f"qa{number}") for number in range(1, graders + 1)]


def make_chat(
    ctx: Context, person: Person, external_id: str, *, day: int = 17, **columns: object
) -> None:
    """A chat of a day in November 2026, without a transcript."""
    started = datetime(2026, 11, day, 3, tzinfo=UTC)
    make_conversation(
        ctx,
        person,
        external_id=external_id,
        started_at=started,
        turns=[],
        **columns,  # type: ignore[arg-type]
    )


def first_draw(ctx: Context, seed: str | None = None) -> Draw:
    """A department, a plan of two chats an agent, and its first draw."""
    from qa_app.services.sampling import run_draw

    make_department(ctx)
    publish_plan_text(ctx, plan_text())
    return run_draw(ctx, PERIOD, "main", seed)
