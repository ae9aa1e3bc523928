"""Sampling: plans, seeds, draws with their frames and picks, and the assignments they give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import EnumText, Json, Key, UtcTime
from qa_app.domain.assignment import AssignmentKind, AssignmentState


class Plan(Base):
    """A sampling plan by its id in the definition."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))


class PlanVersion(Base):
    """One published version of a plan; a draw names the one that it followed."""

    __tablename__ = "plan_version"
    __table_args__ = (
        Index("uq_plan_version_number", "plan_id", "version", unique=True),
        Index("uq_plan_version_digest", "plan_id", "digest", unique=True),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(UtcTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class PeriodSeed(Base):
    """The secret of a plan's draws in a period; its commitment is public from the first day."""

    __tablename__ = "period_seed"
    __table_args__ = (Index("uq_period_seed_plan_period", "plan_id", "period", unique=True),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    period: Mapped[str] = mapped_column(String(10))
    seed: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Draw(Base):
    """One draw of a plan in a period; `code` is its public name (`2026-11-H1.main.1`)."""

    __tablename__ = "draw"
    __table_args__ = (
        Index("uq_draw_seed_number", "seed_id", "number", unique=True),
        Index("ix_draw_period", "period"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(160), unique=True)
    seed_id: Mapped[int] = mapped_column(ForeignKey("period_seed.id"))
    plan_version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"))
    period: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(UtcTime)
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Stratum(Base):
    """Agent x channel x slice of a draw. `frame` holds its keys in byte order, one a line."""

    __tablename__ = "stratum"
    __table_args__ = (
        Index("ix_stratum_draw_id", "draw_id"),
        Index("ix_stratum_agent_id_channel", "agent_id", "channel"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(4))
    slice: Mapped[int | None]
    quota: Mapped[int]
    frame_size: Mapped[int]
    frame_digest: Mapped[str] = mapped_column(String(64))
    frame: Mapped[str] = mapped_column(Text)


class Pick(Base):
    """A conversation that a draw picked; `place` is its rank among the frame's tickets, from 1.

    A replaced pick stays, with who replaced it, when and why.
    """

    __tablename__ = "pick"
    __table_args__ = (
        Index("uq_pick_stratum_place", "stratum_id", "place", unique=True),
        Index("ix_pick_conversation_id", "conversation_id"),
        CheckConstraint("place >= 1", name="place"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    stratum_id: Mapped[int] = mapped_column(ForeignKey("stratum.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    ticket: Mapped[str] = mapped_column(String(64))
    place: Mapped[int]
    replaced_at: Mapped[datetime | None] = mapped_column(UtcTime)
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    replaced_reason: Mapped[str | None] = mapped_column(String(24))
    replaced_note: Mapped[str | None] = mapped_column(Text)
    replaced_in: Mapped[int | None] = mapped_column(ForeignKey("stratum.id"))


class Assignment(Base):
    """A conversation given to a grader, with the form it is to be graded on."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("uq_assignment_pick", "pick_id", unique=True),
        Index("ix_assignment_queue", "grader_id", "state", "due_on", "id"),
        Index("ix_assignment_period_state", "period", "kind", "state", "channel"),
        Index("ix_assignment_conversation_id", "conversation_id"),
        Index(
            "uq_assignment_random_conversation",
            "period",
            "conversation_id",
            unique=True,
            sqlite_where=text("kind = 'random' AND state <> 'cancelled'"),
            postgresql_where=text("kind = 'random' AND state <> 'cancelled'"),
        ),
        Index(
            "uq_assignment_lead_conversation",
            "conversation_id",
            "grader_id",
            unique=True,
            sqlite_where=text("kind = 'lead' AND state <> 'cancelled'"),
            postgresql_where=text("kind = 'lead' AND state <> 'cancelled'"),
        ),
        CheckConstraint("(kind = 'random') = (pick_id IS NOT NULL)", name="random_has_pick"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    kind: Mapped[AssignmentKind] = mapped_column(EnumText(AssignmentKind))
    state: Mapped[AssignmentState] = mapped_column(EnumText(AssignmentState))
    pick_id: Mapped[int | None] = mapped_column(ForeignKey("pick.id"))
    scorecard_version_id: Mapped[int] = mapped_column(ForeignKey("scorecard_version.id"))
    grader_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    period: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(4))
    due_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
