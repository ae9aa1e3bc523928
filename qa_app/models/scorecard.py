"""Scorecards and their published versions, which never change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import Key, UtcTime


class Scorecard(Base):
    """A form by its id in the definition (`call-recording`)."""

    __tablename__ = "scorecard"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    channel: Mapped[str] = mapped_column(String(4))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))


class ScorecardVersion(Base):
    """One published version: `definition` is the canonical JSON whose SHA-256 is `digest`."""

    __tablename__ = "scorecard_version"
    __table_args__ = (
        Index("uq_scorecard_version_number", "scorecard_id", "version", unique=True),
        Index("uq_scorecard_version_digest", "scorecard_id", "digest", unique=True),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecard.id"))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    definition: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
