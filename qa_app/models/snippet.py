"""Snippets: sentences of the department that a grader puts into a comment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import Key, UtcTime


class Snippet(Base):
    """One snippet; `channel` and `question_id` say where it is offered first, empty: anywhere."""

    __tablename__ = "snippet"
    __table_args__ = (Index("ix_snippet_channel", "channel", "title"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(4), default="")
    question_id: Mapped[str] = mapped_column(String(120), default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcTime)
