"""Masked sound: spans that are silenced for whoever may not hear them, and the file made of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import EnumText, Key, UtcTime


class MaskOrigin(StrEnum):
    """Marked by hand, or found in the transcript and placed by its times."""

    HAND = "hand"
    TRANSCRIPT = "transcript"


class MaskedSoundState(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    BROKEN = "broken"


class SoundMask(Base):
    """A span of a conversation's sound that is hidden; one that was taken away stays on record."""

    __tablename__ = "sound_mask"
    __table_args__ = (
        Index("ix_sound_mask_conversation_id", "conversation_id"),
        CheckConstraint("0 <= from_ms AND from_ms < to_ms", name="span"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    from_ms: Mapped[int]
    to_ms: Mapped[int]
    origin: Mapped[MaskOrigin] = mapped_column(EnumText(MaskOrigin))
    reason: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class MaskedSound(Base):
    """What is played instead of the recording; `digest` says of which sound and which spans."""

    __tablename__ = "masked_sound"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id"), primary_key=True, autoincrement=False
    )
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[MaskedSoundState] = mapped_column(EnumText(MaskedSoundState))
    problem: Mapped[str | None] = mapped_column(Text)
    playback_key: Mapped[str | None] = mapped_column(String(200))
    playback_mime: Mapped[str | None] = mapped_column(String(80))
    playback_size: Mapped[int | None] = mapped_column(BigInteger)
    peaks_key: Mapped[str | None] = mapped_column(String(200))
    made_at: Mapped[datetime | None] = mapped_column(UtcTime)
