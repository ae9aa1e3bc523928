"""What a scan for phrases reads: conversations by key with their turns, and what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from qa_app.db.types import AnyRow
from qa_app.models import Conversation, PhraseHit, Transcript


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """Which conversations: from a day on, changed since an instant, or these."""

    since: date | None = None
    changed_since: datetime | None = None
    conversation_ids: Sequence[int] | None = None

    def condition(self) -> ColumnElement[bool]:
        if self.conversation_ids is not None:
            return Conversation.id.in_(self.conversation_ids)
        if self.changed_since is not None:
            return Conversation.updated_at >= self.changed_since
        return Conversation.local_date >= (self.since or date.min)


def conversations_to_scan(
    session: Session, order: ScanOrder, *, after: int, limit: int
) -> Sequence[AnyRow]:
    """The next ones by key: `id, channel, language, turns` (None without a transcript)."""
    statement = (
        select(Conversation.id, Conversation.channel, Conversation.language, Transcript.turns)
        .outerjoin(Transcript, Transcript.conversation_id == Conversation.id)
        .where(Conversation.id > after, order.condition())
        .order_by(Conversation.id)
        .limit(limit)
    )
    return session.execute(statement).all()


def how_many_to_scan(session: Session, order: ScanOrder) -> int:
    statement = select(func.count()).select_from(Conversation).where(order.condition())
    return session.execute(statement).scalar_one()


def kept_hits(session: Session, conversation_ids: Iterable[int]) -> dict[tuple[int, int], AnyRow]:
    """What is kept of conversations, by (conversation, list)."""
    columns = (
        PhraseHit.conversation_id,
        PhraseHit.list_id,
        PhraseHit.version,
        PhraseHit.hits,
        PhraseHit.first_turn,
    )
    statement = select(*columns).where(PhraseHit.conversation_id.in_(list(conversation_ids)))
    return {(row.conversation_id, row.list_id): row for row in session.execute(statement)}
