"""Reads of recordings: the sound of a conversation, and who listened to it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from qa_app.db.types import AnyRow
from qa_app.domain.errors import NotFound
from qa_app.models import AuditEntry, Conversation, MaskedSound, Recording
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, require
from qa_app.security.scope import held_in_led_team, visible_conversations

PLAYED = "recording.played"
ONE_LISTENING = timedelta(minutes=10)
SOUND = (
    Conversation.agent_id,
    (Conversation.mask_rules.is_(None) & (Conversation.turn_count > 0)).label("is_unlooked"),
    Recording.id,
    Recording.sha256,
    Recording.state,
    Recording.problem,
    Recording.playback_key,
    Recording.playback_mime,
    Recording.playback_size,
    Recording.peaks_key,
    Recording.processed_at,
    MaskedSound.digest.label("masked_digest"),
    MaskedSound.state.label("masked_state"),
    MaskedSound.problem.label("masked_problem"),
    MaskedSound.playback_key.label("masked_playback_key"),
    MaskedSound.playback_mime.label("masked_playback_mime"),
    MaskedSound.playback_size.label("masked_playback_size"),
    MaskedSound.peaks_key.label("masked_peaks_key"),
    MaskedSound.made_at.label("masked_at"),
)


def sound_of(ctx: Context, conversation_id: int) -> AnyRow:
    """The recording of a visible conversation, whatever its state, and its masked version.

    What of it the actor may hear, `sound_masks.sound_for` says.

    Raises NotFound, also where the conversation has no recording; NotAllowed.
    """
    require(ctx.actor, Permission.RECORDING_LISTEN)
    row = ctx.session.execute(
        select(*SOUND, held_in_led_team(ctx.actor).label("in_led_team"))
        .join(Recording, Recording.id == Conversation.recording_id)
        .outerjoin(MaskedSound, MaskedSound.conversation_id == Conversation.id)
        .where(Conversation.id == conversation_id, visible_conversations(ctx.actor))
    ).one_or_none()
    if row is None:
        raise NotFound("recording", conversation_id)
    relation = Relation(agent_id=row.agent_id, in_led_team=bool(row.in_led_team))
    require(ctx.actor, Permission.RECORDING_LISTEN, relation)
    return row


def is_listening(ctx: Context, conversation_id: int, version: str = "") -> bool:
    """Whether the audit trail has this listening already: the actor's within ONE_LISTENING.

    Hearing a masked sound and hearing it unmasked are two: `version` as in `sound_masks.Heard`.
    """
    statement = select(AuditEntry.data).where(
        AuditEntry.subject_kind == "conversation",
        AuditEntry.subject_id == str(conversation_id),
        AuditEntry.action == PLAYED,
        AuditEntry.actor == ctx.actor.login,
        AuditEntry.at > ctx.clock.now() - ONE_LISTENING,
    )
    return any(data.get("heard", "") == version for data in ctx.session.scalars(statement))
