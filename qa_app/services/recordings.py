"""Writes of recordings: taken in once by content, tied to their conversations.

Objects come first, rows after: a row never names an object that is not safely in the store.
"""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from qa_app.adapters.recordings_store import StoredObject
from qa_app.domain.errors import NotFound, Refused
from qa_app.domain.evaluation import SUBMITTED_STATES
from qa_app.models import Conversation, Evaluation, Recording
from qa_app.models.recording import RecordingState
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.job_endings import FAILED, PROCESS
from qa_app.services.jobs import enqueue
from qa_app.services.sound_masks import refresh_masks

LOST = frozenset({"missing", "damaged", FAILED})
"""Not the sound's own problems: the same bytes taken in again mend them."""


def register_sound(ctx: Context, stored: StoredObject) -> int:
    """The id of the recording with this content; new ones are made, and prepared in a job."""
    require(ctx.actor, Permission.CONVERSATION_IMPORT)
    known = select(Recording.id, Recording.state, Recording.problem).where(
        Recording.sha256 == stored.sha256
    )
    row = ctx.session.execute(known).one_or_none()
    if row is None:
        try:
            with ctx.session.begin_nested():
                return _new_recording(ctx, stored)
        except IntegrityError:  # somebody else took the same sound in just now
            row = ctx.session.execute(known).one()
    if row.state is RecordingState.BROKEN and row.problem in LOST:
        values = {"state": RecordingState.STORED, "problem": None}
        ctx.session.execute(update(Recording).where(Recording.id == row.id).values(values))
        _ask_to_prepare(ctx, row.id)
    return int(row.id)


def _new_recording(ctx: Context, stored: StoredObject) -> int:
    values = {
        "sha256": stored.sha256,
        "size": stored.size,
        "state": RecordingState.STORED,
        "created_at": ctx.clock.now(),
    }
    statement = insert(Recording).values(values).returning(Recording.id)
    recording_id = int(ctx.session.execute(statement).scalar_one())
    record(ctx, "recording.stored", "recording", recording_id, sha256=stored.sha256)
    _ask_to_prepare(ctx, recording_id)
    return recording_id


def _ask_to_prepare(ctx: Context, recording_id: int) -> None:
    enqueue(ctx, PROCESS, {"recording_id": recording_id}, dedup_key=str(recording_id))


def attach_recording(ctx: Context, conversation_id: int, stored: StoredObject) -> int:
    """Give a conversation its sound; the recording's id. The same sound again changes nothing.

    Raises NotFound; Refused when an evaluation was submitted on another sound or on none.
    """
    require(ctx.actor, Permission.CONVERSATION_IMPORT)
    found = ctx.session.execute(
        select(Conversation.id, Conversation.recording_id)
        .where(Conversation.id == conversation_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("conversation", conversation_id)
    recording_id = register_sound(ctx, stored)
    if found.recording_id == recording_id:
        return recording_id
    graded = select(Evaluation.id).where(
        Evaluation.conversation_id == conversation_id, Evaluation.state.in_(SUBMITTED_STATES)
    )
    if ctx.session.execute(graded.limit(1)).one_or_none() is not None:
        raise Refused("already_evaluated", "The conversation is evaluated; its sound stays.")
    ctx.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(recording_id=recording_id, updated_at=ctx.clock.now())
    )
    record(ctx, "recording.attached", "conversation", conversation_id, recording=recording_id)
    refresh_masks(ctx, conversation_id)
    return recording_id
