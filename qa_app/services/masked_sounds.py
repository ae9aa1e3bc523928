"""Makes the masked version of a conversation's sound, in a worker: decoding is slow to load."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from qa_app.adapters.audio import BrokenSound
from qa_app.adapters.audio_masking import make_masked
from qa_app.adapters.recordings_store import (
    RecordingDamaged,
    RecordingMissing,
    RecordingStore,
    StoreUnavailable,
    derived,
)
from qa_app.db.types import AnyRow
from qa_app.domain.sound_masks import Span, digest_of, merged
from qa_app.models import Conversation, MaskedSound, Recording
from qa_app.models.recording import RecordingState
from qa_app.models.sound_mask import MaskedSoundState
from qa_app.queries.sound_masks import spans_in_force
from qa_app.security.context import Context
from qa_app.services.audit import record
from qa_app.services.masked_sound_sweeps import ask_to_forget, lock_recording
from qa_app.services.site import Site

Hold = Callable[[Context], None]


def make_masked_sound(site: Site, conversation_id: int, *, hold: Hold) -> dict[str, Any]:
    """Make what is played instead of the recording, if that is still wanted, and publish it.

    Run again, it ends the same. When the spans change meanwhile, what was made is not published:
    that change has asked for a job of its own.
    """
    with site.reading() as ctx:
        row, spans = _wanted(ctx, conversation_id), merged(spans_in_force(ctx, conversation_id))
    if row is None or row.recording_state is not RecordingState.READY:
        return {"state": "not_wanted"}
    if row.state is not MaskedSoundState.WAITING or row.digest != digest_of(row.sha256, spans):
        return {"state": row.state.value}
    try:
        values = _make(site.store, row.sha256, row.digest, spans)
    except BrokenSound as broken:
        values = {"state": MaskedSoundState.BROKEN, "problem": broken.reason_code}
    except RecordingMissing:
        values = {"state": MaskedSoundState.BROKEN, "problem": "missing"}
    except RecordingDamaged:
        values = {"state": MaskedSoundState.BROKEN, "problem": "damaged"}
    with site.writing() as ctx:
        hold(ctx)
        lock_recording(ctx, row.sha256)
        _check_that_they_are_there(site.store, values)
        published = _publish(ctx, conversation_id, row.digest, values)
        if not published:
            made = values.get("playback_key"), values.get("peaks_key")
            ask_to_forget(ctx, row.digest, *made)
    return {"state": values["state"].value, "published": published}


def _wanted(ctx: Context, conversation_id: int) -> AnyRow | None:
    return ctx.session.execute(
        select(
            Recording.sha256,
            Recording.state.label("recording_state"),
            MaskedSound.digest,
            MaskedSound.state,
        )
        .join(Conversation, Conversation.recording_id == Recording.id)
        .join(MaskedSound, MaskedSound.conversation_id == Conversation.id)
        .where(Conversation.id == conversation_id)
    ).one_or_none()


def _make(store: RecordingStore, sha256: str, digest: str, spans: Sequence[Span]) -> dict[str, Any]:
    playback_key = derived(sha256, f"masked-{digest[:40]}.webm")
    peaks_key = derived(sha256, f"masked-{digest[:40]}.peaks")
    with store.local(sha256) as original, tempfile.TemporaryDirectory() as folder:
        made = make_masked(original, spans, Path(folder))
        playback = store.put_derived(playback_key, made.playback)
        store.put_derived(peaks_key, BytesIO(made.peaks))
    return {
        "state": MaskedSoundState.READY,
        "problem": None,
        "playback_key": playback.key,
        "playback_mime": made.mime,
        "playback_size": playback.size,
        "peaks_key": peaks_key,
    }


def _check_that_they_are_there(store: RecordingStore, values: dict[str, Any]) -> None:
    """An older version of the same name may have been swept away while this one was made."""
    for key in (values.get("playback_key"), values.get("peaks_key")):
        if key is not None and not store.exists(key):
            raise StoreUnavailable("swept away meanwhile")  # so that the job is tried again


def _publish(ctx: Context, conversation_id: int, digest: str, values: dict[str, Any]) -> bool:
    statement = (
        update(MaskedSound)
        .where(MaskedSound.conversation_id == conversation_id, MaskedSound.digest == digest)
        .values(**values, made_at=ctx.clock.now())
        .returning(MaskedSound.conversation_id)
    )
    if ctx.session.execute(statement).one_or_none() is None:
        return False
    facts = {"state": values["state"].value, "digest": digest}
    record(ctx, "sound.masked_version", "conversation", conversation_id, **facts)
    return True
