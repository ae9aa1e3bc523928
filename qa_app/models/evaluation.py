"""Evaluations: the draft being filled, the revisions once submitted, the answers of each."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import EnumText, Json, Key, Points, UtcTime
from qa_app.domain.evaluation import EvaluationKind, EvaluationState


class Evaluation(Base):
    """A scorecard filled for one conversation by one grader.

    `sheet` is the draft, guarded by `draft_version`; `score` is the score in force, copied from
    the newest revision when it is written.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        Index("uq_evaluation_assignment", "assignment_id", unique=True),
        Index("ix_evaluation_conversation_id", "conversation_id"),
        Index("ix_evaluation_agent_period", "agent_id", "period", "channel"),
        Index("ix_evaluation_period_kind", "period", "kind", "channel", "agent_id"),
        Index("ix_evaluation_grader_submitted", "grader_id", "submitted_at"),
        Index("ix_evaluation_submitted_at_id", "submitted_at", "id"),
        CheckConstraint("draft_version >= 0", name="draft_version"),
        CheckConstraint("score IS NULL OR score >= 0", name="score"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(4))
    period: Mapped[str] = mapped_column(String(10))
    kind: Mapped[EvaluationKind] = mapped_column(EnumText(EvaluationKind))
    state: Mapped[EvaluationState] = mapped_column(EnumText(EvaluationState))
    grader_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    scorecard_version_id: Mapped[int] = mapped_column(ForeignKey("scorecard_version.id"))
    sheet: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    summary: Mapped[str] = mapped_column(Text, default="")
    draft_version: Mapped[int] = mapped_column(default=0)
    draft_tab: Mapped[str | None] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=0)
    score: Mapped[Decimal | None] = mapped_column(Points)
    band: Mapped[str | None] = mapped_column(String(120))
    has_fatal: Mapped[bool] = mapped_column(default=False)
    seconds_spent: Mapped[int] = mapped_column(default=0)
    seconds_paused: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcTime)
    acknowledge_comment: Mapped[str | None] = mapped_column(Text)


class EvaluationRevision(Base):
    """What was submitted, for ever: the sheet, its Result, the score, by whom, when and why."""

    __tablename__ = "evaluation_revision"
    __table_args__ = (
        Index("uq_evaluation_revision_number", "evaluation_id", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    number: Mapped[int]
    scorecard_version_id: Mapped[int] = mapped_column(ForeignKey("scorecard_version.id"))
    sheet: Mapped[dict[str, Any]] = mapped_column(Json)
    summary: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[dict[str, Any]] = mapped_column(Json)
    score: Mapped[Decimal | None] = mapped_column(Points)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Answer(Base):
    """One question of a revision, cut out of its sheet so that questions can be counted."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_question_id_state", "question_id", "state"),)

    revision_id: Mapped[int] = mapped_column(
        ForeignKey("evaluation_revision.id"), primary_key=True, autoincrement=False
    )
    question_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    answer: Mapped[Any | None] = mapped_column(Json)
    lost: Mapped[Decimal] = mapped_column(Points)
    reasons: Mapped[list[str] | None] = mapped_column(Json)
