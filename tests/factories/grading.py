"""Forms, assignments and evaluations, made through the real services where they are the subject."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from qa_app.domain.assignment import AssignmentKind, AssignmentState
from qa_app.domain.calendar import period_of
from qa_app.models import Account, Assignment, Conversation, ScorecardVersion
from qa_app.security.context import Actor, Context
from scorecards import Scorecard, shipped_text

numbers = itertools.count(1)


def actor_for(account: Account, led_teams: frozenset[int] = frozenset()) -> Actor:
    """The actor that an account is."""
    return Actor(
        role=account.role,
        login=account.login,
        account_id=account.id,
        name=account.name,
        person_id=account.person_id,
        led_teams=led_teams,
    )


def acting(ctx: Context, account: Account, led_teams: frozenset[int] = frozenset()) -> Context:
    """The same session, acting as an account."""
    return Context(ctx.session, actor_for(account, led_teams), ctx.clock, ctx.settings)


def publish_form(ctx: Context, source: str = "chat-text") -> ScorecardVersion:
    """Publish a shipped form by its id, or a form from its YAML text."""
    from qa_app.services.scorecards import publish_scorecard

    return publish_scorecard(ctx, shipped_text(source) if "\n" not in source else source)


def make_assignment(
    ctx: Context,
    conversation: Conversation,
    grader: Account,
    form: ScorecardVersion,
    *,
    due_on: date = date(2026, 11, 30),
) -> Assignment:
    """A targeted assignment; random ones come from a draw."""
    period = period_of(conversation.started_at, ctx.settings.zone, ctx.settings.lag_days)
    assignment = Assignment(
        conversation_id=conversation.id,
        kind=AssignmentKind.TARGETED,
        state=AssignmentState.OPEN,
        scorecard_version_id=form.id,
        grader_id=grader.id,
        period=str(period),
        channel=conversation.channel,
        due_on=due_on,
        created_at=ctx.clock.now(),
    )
    ctx.session.add(assignment)
    ctx.session.flush()
    return assignment


def perfect_sheet(form: Scorecard) -> dict[str, Any]:
    """The best answer to every question that is asked whatever the others say."""
    sheet: dict[str, Any] = {}
    for section in form.to_dict()["sections"]:
        for question in section["questions"]:
            if "show_if" not in question:
                sheet[question["id"]] = {"answer": _best(question)}
    return sheet


def _best(question: dict[str, Any]) -> Any:
    kind = question["type"]
    if kind == "yes_no":
        return question.get("good", "yes")
    if kind == "choice":
        return max(question["options"], key=lambda option: option["value"])["id"]
    if kind == "checklist":
        return [item["id"] for item in question["items"]]
    if kind == "rating":
        return question.get("max", 5)
    if kind == "number":
        return next(
            band.get("to", question.get("max", 0))
            for band in question["bands"]
            if band["value"] == 1
        )
    return 0 if kind in ("deduct", "bonus") else ""


def make_evaluation(
    ctx: Context,
    conversation: Conversation,
    grader: Account,
    form: ScorecardVersion,
    sheet: dict[str, Any] | None = None,
) -> int:
    """A submitted (so released) evaluation through the real services; its id."""
    from qa_app.queries.scorecards import load_version
    from qa_app.services.evaluations import save_draft, start_evaluation, submit_evaluation

    assignment = make_assignment(ctx, conversation, grader, form)
    as_grader = acting(ctx, grader)
    evaluation_id = start_evaluation(as_grader, assignment.id)
    filled = perfect_sheet(load_version(ctx, form.id)) if sheet is None else sheet
    version = save_draft(
        as_grader,
        evaluation_id,
        base_version=0,
        sheet_changes=filled,
        summary="",
        tab="test",
    )
    submit_evaluation(as_grader, evaluation_id, base_version=version)
    return evaluation_id
