"""Conversations with their transcripts."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from qa_app.models import Conversation, Person, Transcript
from qa_app.security.context import Context

numbers = itertools.count(1)
STARTED = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
TURNS: list[dict[str, Any]] = [
    {"speaker": "agent", "text": "Good morning, how may I help?", "at": "2026-11-18T03:00:00Z"},
    {"speaker": "customer", "text": "我的快递还没有到。", "at": "2026-11-18T03:00:20Z"},
    {"speaker": "agent", "text": "I will look into it at once.", "at": "2026-11-18T03:00:45Z"},
    {"speaker": "customer", "text": "Thank you.", "at": "2026-11-18T03:01:30Z"},
]


def make_conversation(
    ctx: Context,
    agent: Person,
    *,
    channel: str = "chat",
    external_id: str | None = None,
    source: str = "test",
    started_at: datetime = STARTED,
    duration_s: int | None = 90,
    turns: list[dict[str, Any]] | None = None,
    recording_id: int | None = None,
    **columns: Any,
) -> Conversation:
    """A conversation of the agent; its local date follows from its start."""
    said = TURNS if turns is None else turns
    number = next(numbers)
    conversation = Conversation(
        source=source,
        external_id=external_id or f"C{number:06d}",
        channel=channel,
        agent_id=agent.id,
        started_at=started_at,
        local_date=started_at.astimezone(ctx.settings.zone).date(),
        duration_s=duration_s,
        recording_id=recording_id,
        turn_count=len(said),
        row_digest=f"{number:064d}",
        imported_at=ctx.clock.now(),
        updated_at=ctx.clock.now(),
        **columns,
    )
    ctx.session.add(conversation)
    ctx.session.flush()
    if said:
        ctx.session.add(Transcript(conversation_id=conversation.id, turns=said))
        ctx.session.flush()
    return conversation
