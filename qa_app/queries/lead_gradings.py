"""Reads around a lead's own gradings: the forms to choose from, and what was taken before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from qa_app.domain.assignment import AssignmentKind, AssignmentState
from qa_app.models import Assignment, PlanVersion, Scorecard, ScorecardVersion
from qa_app.queries.scorecards import scorecard_list
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require


class FormChoice(NamedTuple):
    """The version in force of a form that fits a channel."""

    version_id: int
    slug: str
    title: dict[str, str]


def forms_to_grade_on(ctx: Context, channel: str) -> list[FormChoice]:
    """Forms in force for a channel; the one that the newest plan draws for comes first.

    Leads grade with the same scorecards as the specialists (handbook 1 §2).
    """
    require(ctx.actor, Permission.SCORECARD_READ)
    found = [
        FormChoice(row.id, row.slug, {"zh": row.title_zh, "en": row.title_en})
        for row in scorecard_list(ctx)
        if row.channel in (channel, "any")
    ]
    planned = _planned_forms(ctx, channel)
    return sorted(found, key=lambda one: (one.slug not in planned, one.slug))


def _planned_forms(ctx: Context, channel: str) -> Sequence[str]:
    newest = select(func.max(PlanVersion.id)).group_by(PlanVersion.plan_id)
    statement = (
        select(PlanVersion.definition)
        .where(PlanVersion.id.in_(newest))
        .order_by(PlanVersion.published_at.desc())
        .limit(1)
    )
    definition: dict[str, Any] | None = ctx.session.scalar(statement)
    rule = (definition or {}).get("channels", {}).get(channel)
    return [rule["scorecard"]] if rule else []


def own_grading(ctx: Context, conversation_id: int) -> int | None:
    """The actor's assignment of a conversation that was taken before and not given back."""
    return ctx.session.scalar(
        select(Assignment.id).where(
            Assignment.conversation_id == conversation_id,
            Assignment.grader_id == ctx.actor.account_id,
            Assignment.kind == AssignmentKind.LEAD,
            Assignment.state != AssignmentState.CANCELLED,
        )
    )


def channel_of_form(ctx: Context, version_id: int) -> str | None:
    """`call`, `chat` or `any`; None where there is no such version."""
    return ctx.session.scalar(
        select(Scorecard.channel)
        .join(ScorecardVersion, ScorecardVersion.scorecard_id == Scorecard.id)
        .where(ScorecardVersion.id == version_id)
    )
