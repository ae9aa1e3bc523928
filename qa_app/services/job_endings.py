"""What becomes of the thing that a job was for when the job is given up, or tried again.

Without it a page would say for ever that the thing is being prepared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from qa_app.models import Job, MaskedSound, Recording
from qa_app.models.job import JobState
from qa_app.models.recording import RecordingState
from qa_app.models.sound_mask import MaskedSoundState
from qa_app.security.context import Context
from qa_app.services.audit import record

PROCESS, MASK_SOUND = "process_recording", "mask_sound"
FAILED = "failed"
"""Problem of a recording, or of its masked version, that was given up: nothing is known against
the sound."""

DETAIL_MAX = 500


def job_was_given_up(ctx: Context, kind: str, payload: Mapping[str, Any], error: str) -> None:
    """In the transaction in which a job fails for the last time, or is cancelled.

    A recording that still waited is broken, as `failed`, until its job is tried again; so is the
    masked version of a sound, unless a newer job is there to make it.
    """
    if kind == PROCESS:
        _give_up(ctx, int(payload["recording_id"]), error)
    elif kind == MASK_SOUND:
        _give_up_masking(ctx, int(payload["conversation_id"]))


def job_is_tried_again(ctx: Context, kind: str, payload: Mapping[str, Any]) -> None:
    """In the transaction in which somebody asks for another try: what was for it waits again."""
    if kind == PROCESS:
        ctx.session.execute(
            update(Recording)
            .where(Recording.id == int(payload["recording_id"]), Recording.problem == FAILED)
            .values(state=RecordingState.STORED, problem=None)
        )
    elif kind == MASK_SOUND:
        ctx.session.execute(
            update(MaskedSound)
            .where(
                MaskedSound.conversation_id == int(payload["conversation_id"]),
                MaskedSound.problem == FAILED,
            )
            .values(state=MaskedSoundState.WAITING, problem=None)
        )


def _give_up(ctx: Context, recording_id: int, error: str) -> None:
    statement = (
        update(Recording)
        .where(Recording.id == recording_id, Recording.state == RecordingState.STORED)
        .values(
            state=RecordingState.BROKEN,
            problem=FAILED,
            facts={"detail": error[:DETAIL_MAX]},
            processed_at=ctx.clock.now(),
        )
        .returning(Recording.id)
    )
    if ctx.session.execute(statement).one_or_none() is not None:
        record(ctx, "recording.broken", "recording", recording_id, problem=FAILED)


def _give_up_masking(ctx: Context, conversation_id: int) -> None:
    another = select(Job.id).where(
        Job.kind == MASK_SOUND,
        Job.dedup_key == str(conversation_id),
        Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
    )
    statement = (
        update(MaskedSound)
        .where(
            MaskedSound.conversation_id == conversation_id,
            MaskedSound.state == MaskedSoundState.WAITING,
            ~another.exists(),
        )
        .values(state=MaskedSoundState.BROKEN, problem=FAILED, made_at=ctx.clock.now())
        .returning(MaskedSound.conversation_id)
    )
    if ctx.session.execute(statement).one_or_none() is not None:
        record(ctx, "sound.masking_failed", "conversation", conversation_id)
