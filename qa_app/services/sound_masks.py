"""Writes of masked sound: spans hidden by hand or by the transcript, and taken away again.

Whatever changes the spans sets the masked version back to waiting in the same transaction: from
then on nobody without the right hears the sound until the new version is made.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from qa_app.db.types import AnyRow
from qa_app.domain.errors import InvalidInput, NotFound, Problem, WrongState
from qa_app.domain.sound_masks import (
    RULES,
    SHORTEST_MS,
    Span,
    covered_by,
    digest_of,
    merged,
    spans_of_personal_data,
)
from qa_app.models import Conversation, MaskedSound, Recording, SoundMask, Transcript
from qa_app.models.recording import RecordingState
from qa_app.models.sound_mask import MaskedSoundState, MaskOrigin
from qa_app.queries.conversations import get_conversation, relation_of
from qa_app.queries.sound_masks import spans_in_force
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.job_endings import FAILED, MASK_SOUND
from qa_app.services.jobs import enqueue
from qa_app.services.masked_sound_sweeps import ask_to_forget

LOST = frozenset({"missing", "damaged", FAILED})
"""Not the sound's own problems: whoever asks for the masked version again gets another try."""
KNOWN = (
    MaskedSound.digest,
    MaskedSound.state,
    MaskedSound.problem,
    MaskedSound.playback_key,
    MaskedSound.peaks_key,
)
REASON_MIN, REASON_MAX = 4, 500
BAD_REASON = Problem("reason", "bad_reason", "Give a reason of 4 to 500 characters.")


def mask_sound(ctx: Context, conversation_id: int, from_ms: int, to_ms: int, *, reason: str) -> int:
    """Hide a span of the sound from everybody who has not lifted the masks; the mask's id.

    Raises NotFound, NotAllowed, InvalidInput.
    """
    row = get_conversation(ctx, conversation_id)
    require(ctx.actor, Permission.RECORDING_MASK, relation_of(ctx, row))
    if row.recording_id is None:
        raise NotFound("recording", conversation_id)
    given = " ".join(reason.split())
    problems = [] if REASON_MIN <= len(given) <= REASON_MAX else [BAD_REASON]
    end = to_ms if row.duration_ms is None else min(to_ms, row.duration_ms)
    if not 0 <= from_ms <= end - SHORTEST_MS:
        message = "Mark a span within the recording."
        problems.append(Problem("span", "bad_span", message))
    if problems:
        raise InvalidInput(problems)
    _lock(ctx, conversation_id)
    mask_id = _insert(ctx, conversation_id, (from_ms, end), MaskOrigin.HAND, given)
    facts = {"mask": mask_id, "from_ms": from_ms, "to_ms": end, "reason": given}
    record(ctx, "sound.masked", "conversation", conversation_id, **facts)
    _follow(ctx, conversation_id)
    return mask_id


def unmask_span(
    ctx: Context, mask_id: int, *, reason: str, conversation_id: int | None = None
) -> int:
    """Let a span be heard again; the mask stays on record. The conversation's id.

    `conversation_id`: the one that it is thought to belong to, looked for first.
    Raises NotFound, NotAllowed, WrongState, InvalidInput.
    """
    require(ctx.actor, Permission.RECORDING_MASK)
    mask = ctx.session.get(SoundMask, mask_id)
    if conversation_id is None:
        if mask is None:
            raise NotFound("sound_mask", mask_id)
        conversation_id = mask.conversation_id
    row = get_conversation(ctx, conversation_id)
    if mask is None or mask.conversation_id != conversation_id:
        raise NotFound("sound_mask", mask_id)
    require(ctx.actor, Permission.RECORDING_MASK, relation_of(ctx, row))
    given = " ".join(reason.split())
    if not REASON_MIN <= len(given) <= REASON_MAX:
        raise InvalidInput([BAD_REASON])
    _lock(ctx, row.id)
    if not _take_away(ctx, mask_id, ctx.actor.account_id):
        raise WrongState("sound_mask", "removed", "remove")
    facts = {"mask": mask_id, "from_ms": mask.from_ms, "to_ms": mask.to_ms, "reason": given}
    record(ctx, "sound.unmasked", "conversation", row.id, **facts)
    _follow(ctx, row.id)
    return int(row.id)


def refresh_masks(ctx: Context, conversation_id: int) -> None:
    """Hide what the transcript says is personal data, as it reads now; nothing for no recording.

    Called in the transaction in which sound or transcript of a conversation come or change. What
    somebody took away by hand is not hidden again.
    """
    row = _lock(ctx, conversation_id)
    if row is None:
        return
    turns = ctx.session.execute(
        select(Transcript.turns).where(Transcript.conversation_id == conversation_id)
    ).scalar_one_or_none()
    wanted = spans_of_personal_data(turns or [])
    there = ctx.session.execute(
        select(SoundMask.id, SoundMask.from_ms, SoundMask.to_ms, SoundMask.removed_at,
               SoundMask.removed_by)
        .where(
            SoundMask.conversation_id == conversation_id,
            SoundMask.origin == MaskOrigin.TRANSCRIPT,
        )
    ).all()  # fmt: skip
    new, gone = _compare(wanted, there)
    for span in new:
        _insert(ctx, conversation_id, span, MaskOrigin.TRANSCRIPT, "")
    for mask_id in gone:
        _take_away(ctx, mask_id, None)
    if row.mask_rules != RULES:
        note_looked_through(ctx, [conversation_id])
    if new or gone:
        facts = {"hidden": len(new), "no_longer": len(gone)}
        record(ctx, "sound.masks_found", "conversation", conversation_id, **facts)
    _follow(ctx, conversation_id)


def note_looked_through(ctx: Context, conversation_ids: Collection[int]) -> None:
    """From now on their sound is heard as the masks in force say; none in force: as it is."""
    statement = update(Conversation).where(Conversation.id.in_(list(conversation_ids)))
    ctx.session.execute(statement.values(mask_rules=RULES))


def refresh_masks_of_recording(ctx: Context, recording_id: int) -> None:
    """The same for every conversation with this recording."""
    statement = select(Conversation.id).where(Conversation.recording_id == recording_id)
    for conversation_id in ctx.session.scalars(statement.order_by(Conversation.id)).all():
        refresh_masks(ctx, conversation_id)


def refresh_masks_of_imported(ctx: Context, source: str, external_ids: Collection[str]) -> None:
    """The same for conversations of an import whose recording is there to be heard already."""
    if not external_ids:
        return
    statement = (
        select(Conversation.id)
        .join(Recording, Recording.id == Conversation.recording_id)
        .where(
            Conversation.source == source,
            Conversation.external_id.in_(list(external_ids)),
            Recording.state == RecordingState.READY,
        )
        .order_by(Conversation.id)
    )
    for conversation_id in ctx.session.scalars(statement).all():
        refresh_masks(ctx, conversation_id)


def _compare(wanted: Sequence[Span], there: Sequence[AnyRow]) -> tuple[list[Span], list[int]]:
    """Spans that are to be hidden now, and ids of masks that the transcript no longer asks for."""
    in_force = {(row.from_ms, row.to_ms): row.id for row in there if row.removed_at is None}
    lifted = [(row.from_ms, row.to_ms) for row in there if row.removed_by is not None]
    new = [span for span in wanted if span not in in_force and not covered_by(span, lifted)]
    gone = [mask_id for span, mask_id in in_force.items() if span not in wanted]
    return new, gone


def _lock(ctx: Context, conversation_id: int) -> AnyRow | None:
    """Changes of one conversation's masks come one after the other. None: it has no recording."""
    return ctx.session.execute(
        select(Recording.id, Recording.sha256, Recording.state, Conversation.mask_rules)
        .join(Conversation, Conversation.recording_id == Recording.id)
        .where(Conversation.id == conversation_id)
        .with_for_update(of=Conversation)
    ).one_or_none()


def _insert(ctx: Context, conversation_id: int, span: Span, origin: MaskOrigin, reason: str) -> int:
    values: dict[str, Any] = {
        "conversation_id": conversation_id,
        "from_ms": span[0],
        "to_ms": span[1],
        "origin": origin,
        "reason": reason,
        "created_by": ctx.actor.account_id if origin is MaskOrigin.HAND else None,
        "created_at": ctx.clock.now(),
    }
    statement = insert(SoundMask).values(values).returning(SoundMask.id)
    return int(ctx.session.execute(statement).scalar_one())


def _take_away(ctx: Context, mask_id: int, by: int | None) -> bool:
    statement = (
        update(SoundMask)
        .where(SoundMask.id == mask_id, SoundMask.removed_at.is_(None))
        .values(removed_by=by, removed_at=ctx.clock.now())
        .returning(SoundMask.id)
    )
    return ctx.session.execute(statement).one_or_none() is not None


def _follow(ctx: Context, conversation_id: int) -> None:
    """Bring the masked version's row in line with the spans, and ask for the version itself."""
    recording = _lock(ctx, conversation_id)
    spans = merged(spans_in_force(ctx, conversation_id))
    here = MaskedSound.conversation_id == conversation_id
    known = ctx.session.execute(select(*KNOWN).where(here)).one_or_none()
    digest = digest_of(recording.sha256, spans) if recording is not None and spans else None
    if known is not None and known.digest != digest:
        ask_to_forget(ctx, known.digest, known.playback_key, known.peaks_key)
    if recording is None or digest is None:
        ctx.session.execute(delete(MaskedSound).where(here))
        return
    if known is None or known.digest != digest or known.problem in LOST:
        fresh = _waiting(digest)
        if known is None:
            ctx.session.execute(
                insert(MaskedSound).values(conversation_id=conversation_id, **fresh)
            )
        else:
            ctx.session.execute(update(MaskedSound).where(here).values(fresh))
    elif known.state is not MaskedSoundState.WAITING:
        return
    if recording.state is RecordingState.READY:
        payload = {"conversation_id": conversation_id}
        enqueue(ctx, MASK_SOUND, payload, dedup_key=str(conversation_id))


def _waiting(digest: str) -> dict[str, Any]:
    return {
        "digest": digest,
        "state": MaskedSoundState.WAITING,
        "problem": None,
        "playback_key": None,
        "playback_mime": None,
        "playback_size": None,
        "peaks_key": None,
        "made_at": None,
    }
