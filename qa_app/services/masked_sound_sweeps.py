"""Removes masked versions that nobody is given any more, some time after the last one was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from qa_app.models import Conversation, MaskedSound, Recording
from qa_app.security.context import Context
from qa_app.services.jobs import enqueue
from qa_app.services.site import Site

FORGET_MASKED = "forget_masked_sound"
STILL_OPEN = timedelta(hours=1)
"""For so long whoever had begun to hear the version may still be reading its file."""


def ask_to_forget(ctx: Context, digest: str, *keys: str | None) -> None:
    """In the transaction in which a conversation gets another version than `digest`, or none."""
    there = [key for key in keys if key]
    if there:
        payload = {"digest": digest, "keys": there}
        later = ctx.clock.now() + STILL_OPEN
        enqueue(ctx, FORGET_MASKED, payload, dedup_key=digest, run_after=later)


def forget_masked(
    site: Site, payload: Mapping[str, Any], *, hold: Callable[[Context], None]
) -> dict[str, int]:
    """Remove the objects unless a conversation asks for the same version again.

    The recording's row is locked meanwhile: a version is published under the same lock, and only
    if its objects are there.
    """
    keys: list[str] = payload["keys"]
    sha256 = keys[0][:64]
    with site.writing() as ctx:
        hold(ctx)
        lock_recording(ctx, sha256)
        if _is_wanted(ctx, sha256, payload["digest"]):
            return {"removed": 0}
        for key in keys:
            site.store.delete(key)
    return {"removed": len(keys)}


def lock_recording(ctx: Context, sha256: str) -> None:
    statement = select(Recording.id).where(Recording.sha256 == sha256)
    ctx.session.execute(statement.with_for_update()).one_or_none()


def _is_wanted(ctx: Context, sha256: str, digest: str) -> bool:
    """Two conversations with the same sound and the same spans share one version."""
    statement = (
        select(MaskedSound.conversation_id)
        .join(Conversation, Conversation.id == MaskedSound.conversation_id)
        .join(Recording, Recording.id == Conversation.recording_id)
        .where(Recording.sha256 == sha256, MaskedSound.digest == digest)
    )
    return ctx.session.execute(statement.limit(1)).one_or_none() is not None
