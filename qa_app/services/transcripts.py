"""Transcripts attached to a conversation from a file, and moved against its sound."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update

from qa_app.adapters.recordings_store import RecordingMissing, StoreError, derived
from qa_app.domain.conversation import Direction, Speaker
from qa_app.domain.errors import InvalidInput, NotFound, Problem, Refused
from qa_app.domain.transcripts import Transcript as Found
from qa_app.domain.transcripts import recognise
from qa_app.domain.transcripts.model import MAX_BYTES
from qa_app.domain.transcripts.shift import MOST_MS, shifted
from qa_app.models import Conversation, Transcript
from qa_app.queries.transcripts import (
    is_evaluated,
    transcript_target,
    turns_named_by_drafts,
    turns_there,
)
from qa_app.security.context import Actor, Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.jobs import enqueue, postpone_job
from qa_app.services.lane_guesses import ask_to_name_lanes
from qa_app.services.phrases import scan_these
from qa_app.services.site import Site
from qa_app.services.sound_masks import refresh_masks

SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
MOST_NAMED = 10
FORGET_UPLOAD, KEPT_FOR = "forget_upload", timedelta(days=1)


def keep_upload(site: Site, actor: Actor, conversation_id: int, data: bytes) -> str:
    """Keep an uploaded file until it is confirmed, a day at most; its SHA-256.

    The object belongs to this conversation and this account: nobody else can confirm it.
    Raises InvalidInput for a file that is too large.
    """
    require(actor, Permission.TRANSCRIPT_ATTACH)
    if len(data) > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES >> 20} MB."
        raise InvalidInput([Problem("file", "too_large", message)])
    digest = hashlib.sha256(data).hexdigest()
    key = _key(actor, conversation_id, digest)
    with site.writing(actor) as ctx:
        until = ctx.clock.now() + KEPT_FOR
        job_id = enqueue(ctx, FORGET_UPLOAD, {"key": key}, dedup_key=key, run_after=until)
        postpone_job(ctx, job_id, until)
    site.store.put_derived(key, BytesIO(data))
    return digest


def kept_upload(site: Site, actor: Actor, conversation_id: int, digest: str) -> bytes:
    """What `keep_upload` kept. Raises InvalidInput where it is not there (any more)."""
    require(actor, Permission.TRANSCRIPT_ATTACH)
    try:
        data = site.store.read(_key(actor, conversation_id, digest))
    except RecordingMissing:
        raise _is_gone() from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise _is_gone()
    return data


def forget_upload(site: Site, actor: Actor, conversation_id: int, digest: str) -> None:
    """Remove what `keep_upload` kept; a store that fails just now keeps a file too many."""
    with contextlib.suppress(StoreError, InvalidInput):
        site.store.delete(_key(actor, conversation_id, digest))


def _key(actor: Actor, conversation_id: int, digest: str) -> str:
    if not SHA256.fullmatch(digest):
        raise _is_gone()
    return derived(digest, f"transcript-{conversation_id}-{actor.account_id or 0}")


def _is_gone() -> InvalidInput:
    message = "The uploaded file is no longer here. Choose it again."
    return InvalidInput([Problem("file", "upload_gone", message)])


def read_transcript(ctx: Context, conversation_id: int, data: bytes) -> Found:
    """What a file says, for a conversation. Raises NotFound, and InvalidInput with all problems."""
    require(ctx.actor, Permission.TRANSCRIPT_ATTACH)
    row = transcript_target(ctx, conversation_id)
    direction = Direction(row.direction) if row.direction else None
    found = recognise(data, zone=ctx.settings.zone, direction=direction)
    if found.problems:
        raise InvalidInput(found.problems)
    if not found.turns:
        raise InvalidInput([Problem("", "no_turns", "Nothing is said in it.")])
    return found


def attach_transcript(
    ctx: Context,
    conversation_id: int,
    data: bytes,
    *,
    roles: Mapping[str, Speaker] | None = None,
    offset_ms: int = 0,
    replaces: bool = False,
) -> int:
    """Make the file's turns those of the conversation; how many they are.

    `roles`: whose each label is, where somebody chose it. `offset_ms` moves all times. `replaces`
    has to be said where a transcript is there already. The same turns again change nothing.
    Raises NotFound, InvalidInput; Refused `already_evaluated`, `draft_names_turns`, `is_there`.
    """
    found = read_transcript(ctx, conversation_id, data)
    _check_offset(offset_ms)
    turns = shifted(found.with_roles(roles or {}).turns, offset_ms)
    _lock(ctx, conversation_id)
    before = turns_there(ctx, conversation_id)
    if before == turns:
        return len(turns)
    _refuse_what_is_fixed(ctx, conversation_id)
    if before and not replaces:
        raise Refused("is_there", "The conversation has a transcript already.")
    _store(ctx, conversation_id, turns, found.format)
    record(
        ctx,
        "transcript.attached",
        "conversation",
        conversation_id,
        format=found.format,
        turns=len(turns),
        sha256=_digest(turns),
        replaced=_digest(before) if before else None,
        offset_ms=offset_ms,
    )
    _tell_others(ctx, conversation_id)
    return len(turns)


def shift_transcript(ctx: Context, conversation_id: int, by_ms: int) -> None:
    """Move all times of a conversation's transcript by so much; 0 changes nothing.

    Raises NotFound, InvalidInput; Refused `already_evaluated`, `no_times`.
    """
    require(ctx.actor, Permission.TRANSCRIPT_ATTACH)
    row = transcript_target(ctx, conversation_id)
    _check_offset(by_ms)
    if by_ms == 0:
        return
    _lock(ctx, conversation_id)
    before = turns_there(ctx, conversation_id)
    if not any("from_ms" in turn for turn in before):
        raise Refused("no_times", "The transcript has no times that could be moved.")
    if is_evaluated(ctx, conversation_id):
        raise _evaluated()
    turns = shifted(before, by_ms)
    _store(ctx, conversation_id, turns, row.format or "turns")
    record(
        ctx,
        "transcript.shifted",
        "conversation",
        conversation_id,
        by_ms=by_ms,
        sha256=_digest(turns),
        replaced=_digest(before),
    )
    _tell_others(ctx, conversation_id)


def _check_offset(offset_ms: int) -> None:
    if abs(offset_ms) > MOST_MS:
        message = "Times can be moved by at most an hour."
        raise InvalidInput([Problem("offset", "bad_offset", message)])


def _lock(ctx: Context, conversation_id: int) -> None:
    statement = select(Conversation.id).where(Conversation.id == conversation_id)
    if ctx.session.execute(statement.with_for_update()).one_or_none() is None:
        raise NotFound("conversation", conversation_id)


def _refuse_what_is_fixed(ctx: Context, conversation_id: int) -> None:
    if is_evaluated(ctx, conversation_id):
        raise _evaluated()
    named = turns_named_by_drafts(ctx, conversation_id)
    if named:
        places = ", ".join(f"{one.question} ({one.turn + 1})" for one in named[:MOST_NAMED])
        raise Refused(
            "draft_names_turns",
            "A draft names turns of the transcript as evidence: %(places)s. Take them off first.",
            places=places,
        )


def _evaluated() -> Refused:
    return Refused("already_evaluated", "The conversation is evaluated; its transcript stays.")


def _store(ctx: Context, conversation_id: int, turns: list[dict[str, Any]], form: str) -> None:
    now = ctx.clock.now()
    ctx.session.execute(delete(Transcript).where(Transcript.conversation_id == conversation_id))
    values = {"conversation_id": conversation_id, "turns": turns, "format": form}
    ctx.session.execute(insert(Transcript).values(**values, attached_at=now))
    ctx.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(turn_count=len(turns), updated_at=now)
    )


def _tell_others(ctx: Context, conversation_id: int) -> None:
    """What follows from what was said: hidden sound, whose lane is which, phrases."""
    refresh_masks(ctx, conversation_id)
    ask_to_name_lanes(ctx, conversation_id)
    scan_these(ctx, [conversation_id])


def _digest(turns: list[dict[str, Any]]) -> str:
    return hashlib.sha256(orjson.dumps(turns)).hexdigest()
