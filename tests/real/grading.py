"""Grading what a draw assigned, through the services, as those whom it was given to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from qa_app.db.types import AnyRow
from qa_app.models import Account, Assignment, Conversation, Scorecard, ScorecardVersion
from qa_app.security.context import Actor, Context
from qa_app.services.evaluations import save_draft, start_evaluation, submit_evaluation
from qa_app.services.site import Site
from scorecards import load_shipped
from tests.real.grading_rule import score_by_hand, sheet_for

KEY = Conversation.source + ":" + Conversation.external_id


def waiting(ctx: Context, *conditions: Any) -> list[AnyRow]:
    """Open assignments, oldest first: id, key, turns, form, channel, grader, agent."""
    statement = (
        select(
            Assignment.id,
            KEY.label("key"),
            Conversation.turn_count,
            Assignment.channel,
            Assignment.period,
            Scorecard.slug.label("form"),
            Account.id.label("grader_id"),
            Account.login,
            Account.role,
        )
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .join(ScorecardVersion, ScorecardVersion.id == Assignment.scorecard_version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .join(Account, Account.id == Assignment.grader_id)
        .where(Assignment.state == "open", *conditions)
        .order_by(Assignment.id)
    )
    return list(ctx.session.execute(statement))


def grade_everything(site: Site) -> dict[str, str | None]:
    """Grade all that waits by the rule; the score by hand of each conversation's key."""
    with site.reading() as ctx:
        rows = waiting(ctx)
    forms = {form: load_shipped(form).to_dict() for form in {row.form for row in rows}}
    return {row.key: grade_one(site, row, forms[row.form]) for row in rows}


def grade_one(site: Site, row: AnyRow, form: dict[str, Any]) -> str | None:
    """Start, fill and submit one; the score that it must come to."""
    is_chat = row.channel == "chat"
    sheet = sheet_for(form, row.key, turns=row.turn_count if is_chat else 0)
    grader = Actor(role=row.role, login=row.login, account_id=row.grader_id)
    with site.writing(grader) as ctx:
        evaluation_id = start_evaluation(ctx, row.id)
        version = save_draft(
            ctx, evaluation_id, base_version=0, sheet_changes=sheet, summary=f"Graded: {row.key}"
        )
        submit_evaluation(ctx, evaluation_id, base_version=version)
    return score_by_hand(form, sheet)
