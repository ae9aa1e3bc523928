"""Conversations (calls and chats) and their transcripts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import Json, Key, UtcTime


class Conversation(Base):
    """A call or a chat as it was imported. `local_date` is the site's date of its start.

    `agent_lane`: on which lane of the sound the agent is, 0 or 1; unknown counts as 0.
    `mask_rules`: the version of the rules by which its turns were last looked through for what is
    to be hidden in its sound; none: never yet.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("channel IN ('call', 'chat')", name="channel"),
        CheckConstraint("satisfaction IS NULL OR satisfaction BETWEEN 1 AND 5", name="rating"),
        Index("uq_conversation_source_external_id", "source", "external_id", unique=True),
        Index("ix_conversation_agent_id_local_date", "agent_id", "local_date"),
        Index("ix_conversation_local_date_channel", "local_date", "channel", "agent_id"),
        Index("ix_conversation_started_at_id", "started_at", "id"),
        Index("ix_conversation_recording_id", "recording_id"),
        Index(
            "ix_conversation_queue",
            "queue",
            "started_at",
            "id",
            sqlite_where=text("queue IS NOT NULL"),
            postgresql_where=text("queue IS NOT NULL"),
        ),
        Index(
            "ix_conversation_topic",
            "topic",
            "started_at",
            "id",
            sqlite_where=text("topic IS NOT NULL"),
            postgresql_where=text("topic IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(4))
    agent_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    local_date: Mapped[date]
    duration_s: Mapped[int | None]
    direction: Mapped[str | None] = mapped_column(String(8))
    queue: Mapped[str | None] = mapped_column(String(120))
    product: Mapped[str | None] = mapped_column(String(120))
    topic: Mapped[str | None] = mapped_column(String(120))
    customer_ref: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str | None] = mapped_column(String(35))
    satisfaction: Mapped[int | None]
    disposition: Mapped[str | None] = mapped_column(String(120))
    tags: Mapped[str] = mapped_column(Text, default="")
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id"))
    agent_lane: Mapped[int | None]
    mask_rules: Mapped[int | None]
    turn_count: Mapped[int] = mapped_column(default=0)
    row_digest: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Transcript(Base):
    """What was said: one JSON list of `{speaker, text, at | from_ms, to_ms}` a conversation.

    `format` and `attached_at` of one that came as a file of its own, else None.
    """

    __tablename__ = "transcript"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id"), primary_key=True, autoincrement=False
    )
    turns: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    format: Mapped[str | None] = mapped_column(String(40))
    attached_at: Mapped[datetime | None] = mapped_column(UtcTime)
