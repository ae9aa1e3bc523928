"""Recordings: the sound file as it came, and what was made from it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import EnumText, Json, Key, UtcTime


class RecordingState(StrEnum):
    """`stored`: waits to be processed; `ready`: can be played; `broken`: `problem` says why."""

    STORED = "stored"
    READY = "ready"
    BROKEN = "broken"


class Recording(Base):
    """One sound file by content: the same bytes are one recording, whatever their names."""

    __tablename__ = "recording"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[RecordingState] = mapped_column(EnumText(RecordingState))
    problem: Mapped[str | None] = mapped_column(Text)
    container: Mapped[str | None] = mapped_column(String(40))
    codec: Mapped[str | None] = mapped_column(String(40))
    channels: Mapped[int | None]
    sample_rate: Mapped[int | None]
    duration_ms: Mapped[int | None]
    playback_key: Mapped[str | None] = mapped_column(String(200))
    playback_mime: Mapped[str | None] = mapped_column(String(80))
    playback_size: Mapped[int | None] = mapped_column(BigInteger)
    peaks_key: Mapped[str | None] = mapped_column(String(200))
    facts: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    processed_at: Mapped[datetime | None] = mapped_column(UtcTime)
