"""What the looking through of sounds reads: how far the site is, and conversations by key."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.sound_masks import RULES
from qa_app.models import Conversation, Job, Recording, SiteSetting, SoundMask, Transcript
from qa_app.models.job import JobState
from qa_app.models.recording import RecordingState
from qa_app.models.sound_mask import MaskOrigin

LOOK_THROUGH = "look_through_sounds"
MARKER = "sound_mask_rules"
"""Where the site's settings keep the rules by which all its sounds were looked through."""
NEWEST = 2**62


def is_looked_through(session: Session) -> bool:
    """Whether all sounds were looked through by the rules that hold now, or by newer ones."""
    marker = select(SiteSetting.value).where(SiteSetting.name == MARKER)
    value = session.execute(marker).scalar_one_or_none()
    return isinstance(value, int) and value >= RULES


def is_looking_through(session: Session) -> bool:
    """Whether a job waits or runs that does it."""
    statement = select(Job.id).where(
        Job.kind == LOOK_THROUGH, Job.state.in_((JobState.QUEUED, JobState.RUNNING))
    )
    return session.execute(statement.limit(1)).one_or_none() is not None


def sounds_to_look_through(
    session: Session, *, before: int = NEWEST, limit: int = 1
) -> Sequence[AnyRow]:
    """The next ones, newest first: `id, turns, is_masked` (by its transcript, now)."""
    is_masked = (
        select(SoundMask.id)
        .where(
            SoundMask.conversation_id == Conversation.id,
            SoundMask.origin == MaskOrigin.TRANSCRIPT,
            SoundMask.removed_at.is_(None),
        )
        .exists()
        .label("is_masked")
    )
    statement = (
        _open(select(Conversation.id, Transcript.turns, is_masked))
        .where(Conversation.id < before)
        .order_by(Conversation.id.desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def how_many_to_look_through(session: Session) -> int:
    return int(session.execute(_open(select(func.count()))).scalar_one())


def _open(statement: AnySelect) -> AnySelect:
    return (
        statement.select_from(Conversation)
        .join(Recording, Recording.id == Conversation.recording_id)
        .join(Transcript, Transcript.conversation_id == Conversation.id)
        .where(
            Recording.state == RecordingState.READY,
            Conversation.turn_count > 0,
            or_(Conversation.mask_rules.is_(None), Conversation.mask_rules < RULES),
        )
    )
