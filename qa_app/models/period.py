"""Periods and their publications: immutable versions of every figure of a half-month."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import EnumText, Key, Points, UtcTime
from qa_app.domain.period import PeriodState


class Period(Base):
    """A half-month. The row is locked (shared) by a submit, exclusively by a publication."""

    __tablename__ = "period"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    state: Mapped[PeriodState] = mapped_column(EnumText(PeriodState))
    first_day: Mapped[date]
    last_day: Mapped[date]
    due_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=0)


class Publication(Base):
    """One version of a period's figures: canonical JSON in `document`, its SHA-256 in `digest`."""

    __tablename__ = "publication"
    __table_args__ = (Index("uq_publication_version", "period", "version", unique=True),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    period: Mapped[str] = mapped_column(ForeignKey("period.code"))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    document: Mapped[str] = mapped_column(Text)  # last: long rows are read from their front


class PublishedFigure(Base):
    """One agent and channel of a publication: `mean` is `total` / `n`, rounded half up."""

    __tablename__ = "published_figure"
    __table_args__ = (
        Index("uq_published_figure", "publication_id", "agent_id", "channel", unique=True),
        Index("ix_published_figure_agent_id", "agent_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(4))
    n: Mapped[int]
    total: Mapped[Decimal] = mapped_column(Points)
    mean: Mapped[Decimal | None] = mapped_column(Points)
    population: Mapped[int] = mapped_column(default=0)
    low: Mapped[str | None] = mapped_column(String(8))
    high: Mapped[str | None] = mapped_column(String(8))


class PublishedScore(Base):
    """One evaluation of a published figure, by the revision that was in force."""

    __tablename__ = "published_score"
    __table_args__ = (
        Index("uq_published_score", "figure_id", "evaluation_id", unique=True),
        Index("ix_published_score_evaluation_id", "evaluation_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    figure_id: Mapped[int] = mapped_column(ForeignKey("published_figure.id"))
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("evaluation_revision.id"))
    score: Mapped[Decimal | None] = mapped_column(Points)
