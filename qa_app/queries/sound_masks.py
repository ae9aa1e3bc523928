"""Reads of masked sound: what an actor is given to hear, and which spans are hidden by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from qa_app.db.types import AnyRow
from qa_app.models import Account, SoundMask
from qa_app.models.recording import RecordingState
from qa_app.models.sound_mask import MaskedSoundState
from qa_app.queries.conversations import get_conversation, is_unmasked, relation_of
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require

MASKED, UNMASKED = "masked", "unmasked"


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound that an actor gets of a conversation; no keys unless it is READY."""

    state: RecordingState
    problem: str | None
    playback_key: str = ""
    playback_mime: str = ""
    playback_size: int = 0
    peaks_key: str = ""
    etag: str = ""
    version: str = ""
    """MASKED, UNMASKED, or nothing where no span is hidden from anybody."""


def sound_for(ctx: Context, conversation_id: int, row: AnyRow) -> Heard:
    """What the actor hears of a row of `recordings.sound_of`: the original, or the masked version.

    While a masked version is being made there is nothing to hear, never the original; neither is
    there before the turns were looked through for the first time.
    """
    if row.state is not RecordingState.READY:
        return Heard(row.state, row.problem)
    if row.masked_digest is None and not row.is_unlooked:
        return _original(row, "")
    if is_unmasked(ctx, conversation_id):
        return _original(row, UNMASKED)
    if row.is_unlooked:
        return Heard(RecordingState.STORED, None, version=MASKED)
    if row.masked_state is MaskedSoundState.BROKEN:
        return Heard(RecordingState.BROKEN, row.masked_problem, version=MASKED)
    if row.masked_state is not MaskedSoundState.READY:
        return Heard(RecordingState.STORED, None)
    return Heard(
        RecordingState.READY,
        None,
        row.masked_playback_key,
        row.masked_playback_mime,
        int(row.masked_playback_size),
        row.masked_peaks_key,
        f"m{row.masked_digest[:32]}-{row.masked_at.timestamp():.0f}",
        MASKED,
    )


def _original(row: AnyRow, version: str) -> Heard:
    return Heard(
        RecordingState.READY,
        None,
        row.playback_key,
        row.playback_mime,
        int(row.playback_size),
        row.peaks_key,
        f"{row.sha256[:32]}-{row.processed_at.timestamp():.0f}",
        version,
    )


def masks_of(ctx: Context, conversation_id: int) -> Sequence[AnyRow]:
    """Every span that is or was hidden, in the order of the sound: `SoundMask`'s columns with
    `created_by_name`, `removed_by_name`. Raises NotFound, NotAllowed.
    """
    conversation = get_conversation(ctx, conversation_id)
    require(ctx.actor, Permission.RECORDING_MASK, relation_of(ctx, conversation))
    maker, remover = aliased(Account), aliased(Account)
    return ctx.session.execute(
        select(
            SoundMask.id,
            SoundMask.from_ms,
            SoundMask.to_ms,
            SoundMask.origin,
            SoundMask.reason,
            SoundMask.created_at,
            maker.name.label("created_by_name"),
            SoundMask.removed_at,
            remover.name.label("removed_by_name"),
        )
        .outerjoin(maker, maker.id == SoundMask.created_by)
        .outerjoin(remover, remover.id == SoundMask.removed_by)
        .where(SoundMask.conversation_id == conversation_id)
        .order_by(SoundMask.from_ms, SoundMask.id)
    ).all()


def spans_in_force(ctx: Context, conversation_id: int) -> list[tuple[int, int]]:
    """From, to in milliseconds of everything hidden now; for the making of the masked version."""
    rows = ctx.session.execute(
        select(SoundMask.from_ms, SoundMask.to_ms)
        .where(SoundMask.conversation_id == conversation_id, SoundMask.removed_at.is_(None))
        .order_by(SoundMask.from_ms)
    )
    return [(row.from_ms, row.to_ms) for row in rows]
