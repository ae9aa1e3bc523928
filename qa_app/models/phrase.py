"""Phrase lists of the department, their published versions, and where they were found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import EnumText, Json, Key, UtcTime
from qa_app.domain.phrases import PhraseKind


class PhraseList(Base):
    """A list by the id in its definition; `version` is the one in force, 0 before the first."""

    __tablename__ = "phrase_list"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[PhraseKind] = mapped_column(EnumText(PhraseKind))
    version: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcTime)


class PhraseListVersion(Base):
    """One published version of a list; it never changes."""

    __tablename__ = "phrase_list_version"
    __table_args__ = (Index("uq_phrase_list_version_number", "list_id", "version", unique=True),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("phrase_list.id"))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(UtcTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class PhraseHit(Base):
    """How often the phrases of a list are in a conversation, by its newest scan; never zero."""

    __tablename__ = "phrase_hit"
    __table_args__ = (
        Index("ix_phrase_hit_list_id", "list_id", "conversation_id"),
        CheckConstraint("hits > 0", name="hits"),
    )

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id"), primary_key=True, autoincrement=False
    )
    list_id: Mapped[int] = mapped_column(
        ForeignKey("phrase_list.id"), primary_key=True, autoincrement=False
    )
    version: Mapped[int]
    hits: Mapped[int]
    first_turn: Mapped[int]
