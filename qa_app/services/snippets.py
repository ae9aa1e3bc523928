"""Writes of the department's snippets. They are archived, never deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update

from qa_app.domain.errors import InvalidInput
from qa_app.domain.snippets import SnippetText
from qa_app.models import Snippet
from qa_app.queries.snippets import get_snippet
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record


def add_snippet(ctx: Context, written: SnippetText) -> int:
    """A new snippet's id. Raises NotAllowed, InvalidInput."""
    require(ctx.actor, Permission.SNIPPET_WRITE)
    values = _values(written)
    now = ctx.clock.now()
    made = ctx.session.execute(
        insert(Snippet).values(
            **values, created_by=ctx.actor.account_id, created_at=now, updated_at=now
        )
    )
    snippet_id = int(made.inserted_primary_key[0])  # type: ignore[attr-defined]
    record(ctx, "snippet.added", "snippet", snippet_id, **values)
    return snippet_id


def change_snippet(ctx: Context, snippet_id: int, written: SnippetText) -> None:
    """Write a snippet anew. Raises NotAllowed, NotFound, InvalidInput."""
    before = get_snippet(ctx, snippet_id)
    values = _values(written)
    if all(getattr(before, name) == value for name, value in values.items()):
        return
    ctx.session.execute(
        update(Snippet).where(Snippet.id == snippet_id).values(**values, updated_at=ctx.clock.now())
    )
    record(ctx, "snippet.changed", "snippet", snippet_id, **values)


def archive_snippet(ctx: Context, snippet_id: int) -> None:
    """Offer it no more; nothing happens to one that is archived. Raises NotAllowed, NotFound."""
    if _set_archived(ctx, snippet_id, ctx.clock.now()):
        record(ctx, "snippet.archived", "snippet", snippet_id)


def restore_snippet(ctx: Context, snippet_id: int) -> None:
    """Offer an archived one again. Raises NotAllowed, NotFound."""
    if _set_archived(ctx, snippet_id, None):
        record(ctx, "snippet.restored", "snippet", snippet_id)


def _set_archived(ctx: Context, snippet_id: int, moment: datetime | None) -> bool:
    row = get_snippet(ctx, snippet_id)
    if (row.archived_at is None) is (moment is None):
        return False
    was = Snippet.archived_at.is_(None) if moment else Snippet.archived_at.is_not(None)
    written = ctx.session.execute(
        update(Snippet).where(Snippet.id == snippet_id, was).values(archived_at=moment)
    )
    return bool(written.rowcount)  # type: ignore[attr-defined]


def _values(written: SnippetText) -> dict[str, str]:
    cleaned = written.cleaned()
    problems = cleaned.problems()
    if problems:
        raise InvalidInput(problems)
    return {
        "title": cleaned.title,
        "text": cleaned.text,
        "channel": cleaned.channel,
        "question_id": cleaned.question_id,
    }
