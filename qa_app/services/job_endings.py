"""What becomes of the thing that a job was for when the job is given up, or tried again.

Without it a page would say for ever that the thing is being prepared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from qa_app.models import Recording
from qa_app.models.recording import RecordingState
from qa_app.security.context import Context
from qa_app.services.audit import record

PROCESS = "process_recording"
FAILED = "failed"
"""Problem of a recording whose preparation was given up: nothing is known against the sound."""

DETAIL_MAX = 500


def job_was_given_up(ctx: Context, kind: str, payload: Mapping[str, Any], error: str) -> None:
    """In the transaction in which a job fails for the last time, or is cancelled.

    A recording that still waited is broken, as `failed`, until its job is tried again.
    """
    if kind == PROCESS:
        _give_up(ctx, int(payload["recording_id"]), error)


def job_is_tried_again(ctx: Context, kind: str, payload: Mapping[str, Any]) -> None:
    """In the transaction in which somebody asks for another try: a recording waits once more."""
    if kind == PROCESS:
        ctx.session.execute(
            update(Recording)
            .where(Recording.id == int(payload["recording_id"]), Recording.problem == FAILED)
            .values(state=RecordingState.STORED, problem=None)
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
