"""Reads of snippets: what the desk offers, and the list that specialists keep."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from qa_app.db.types import AnyRow
from qa_app.domain.errors import NotFound
from qa_app.models import Account, Snippet
from qa_app.queries.scorecards import load_version, scorecard_list
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require

MOST_OFFERED = 500


def snippets_for(ctx: Context, channel: str) -> list[dict[str, Any]]:
    """What a comment on a conversation of `channel` may begin with: `id, title, text,
    question_id`, by title."""
    require(ctx.actor, Permission.EVALUATION_GRADE)
    statement = (
        select(Snippet.id, Snippet.title, Snippet.text, Snippet.question_id)
        .where(Snippet.channel.in_(("", channel)), Snippet.archived_at.is_(None))
        .order_by(Snippet.title, Snippet.id)
        .limit(MOST_OFFERED)
    )
    return [dict(row._mapping) for row in ctx.session.execute(statement)]


LISTED = (
    Snippet.id,
    Snippet.title,
    Snippet.text,
    Snippet.channel,
    Snippet.question_id,
    Snippet.updated_at,
    Snippet.archived_at,
    Account.name.label("created_by"),
)


def snippet_page(
    ctx: Context,
    *,
    channel: str = "",
    question_id: str = "",
    words: str = "",
    archived: bool = False,
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[AnyRow]:
    """Snippets by title: `id, title, text, channel, question_id, updated_at, created_by,
    archived_at`. `after` is `(title, id)` of the last one that was shown."""
    require(ctx.actor, Permission.SNIPPET_WRITE)
    statement = (
        select(*LISTED)
        .outerjoin(Account, Account.id == Snippet.created_by)
        .where(Snippet.archived_at.is_not(None) if archived else Snippet.archived_at.is_(None))
        .order_by(Snippet.title, Snippet.id)
        .limit(limit)
    )
    if channel:
        statement = statement.where(Snippet.channel == channel)
    if question_id:
        statement = statement.where(Snippet.question_id == question_id)
    if words:
        statement = statement.where(
            or_(
                Snippet.title.icontains(words, autoescape=True),
                Snippet.text.icontains(words, autoescape=True),
            )
        )
    if after:
        title, number = after
        statement = statement.where(
            or_(Snippet.title > title, (Snippet.title == title) & (Snippet.id > number))
        )
    return list(ctx.session.execute(statement))


def get_snippet(ctx: Context, snippet_id: int) -> AnyRow:
    """`id, title, text, channel, question_id, archived_at`. Raises NotFound."""
    require(ctx.actor, Permission.SNIPPET_WRITE)
    row = ctx.session.execute(
        select(
            Snippet.id,
            Snippet.title,
            Snippet.text,
            Snippet.channel,
            Snippet.question_id,
            Snippet.archived_at,
        ).where(Snippet.id == snippet_id)
    ).one_or_none()
    if row is None:
        raise NotFound("snippet", snippet_id)
    return row


def question_titles(ctx: Context) -> dict[str, Any]:
    """Ids of the questions of all forms in force, with their titles (in both languages)."""
    require(ctx.actor, Permission.SNIPPET_WRITE)
    found: dict[str, Any] = {}
    for row in scorecard_list(ctx):
        for section in load_version(ctx, row.id).to_dict()["sections"]:
            for question in section["questions"]:
                found.setdefault(question["id"], question["title"])
    return found
