"""Flags: a conversation that a team lead is asked to look at."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import EnumText, Key, UtcTime
from qa_app.domain.flag import FlagKind, FlagState


class Flag(Base):
    """A request to look, raised on an evaluation, decided by a lead of the agent's team."""

    __tablename__ = "flag"
    __table_args__ = (
        Index("ix_flag_state_due_on", "state", "due_on", "id"),
        Index("ix_flag_agent_id", "agent_id"),
        Index("ix_flag_conversation_id", "conversation_id"),
        Index(
            "uq_flag_open_kind",
            "evaluation_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_has_time"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[FlagKind] = mapped_column(EnumText(FlagKind))
    state: Mapped[FlagState] = mapped_column(EnumText(FlagState))
    reason: Mapped[str] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(Text, default="")
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcTime)
    due_on: Mapped[date]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decision_reason: Mapped[str | None] = mapped_column(Text)
