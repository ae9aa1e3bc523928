"""Imports: each run of one, and everything it had to say about the rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import EnumText, Json, Key, UtcTime


class ImportState(StrEnum):
    """An import that was refused as a whole is `failed` and says why in `error`."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportBatch(Base):
    """One import: of what, from which file, how far it is, what it counted."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    filename: Mapped[str] = mapped_column(String(255))
    source: Mapped[str] = mapped_column(String(64))
    format: Mapped[str | None] = mapped_column(String(24))
    is_dry_run: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ImportState] = mapped_column(EnumText(ImportState))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    upload_key: Mapped[str | None] = mapped_column(String(200))
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ImportProblem(Base):
    """A rejected row (`level` reject) or a remark about one (`level` warning)."""

    __tablename__ = "import_problem"
    __table_args__ = (Index("ix_import_problem_batch_id_id", "batch_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    level: Mapped[str] = mapped_column(String(8))
    place: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
