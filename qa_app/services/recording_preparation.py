"""Makes recordings playable: looks at the sound, makes what a browser plays, then publishes.

Apart from `services/recordings.py`, because what decodes sound is slow to load and only a
worker needs it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from qa_app.adapters.audio import BrokenSound, SoundInfo, playable_as_is, probe
from qa_app.adapters.audio_peaks import Peaks, decode, encode, peaks
from qa_app.adapters.audio_playback import make_playback
from qa_app.adapters.recordings_store import (
    RecordingDamaged,
    RecordingMissing,
    RecordingStore,
    StoredObject,
    derived,
)
from qa_app.domain.errors import NotFound
from qa_app.domain.sound_figures import Span, sound_facts
from qa_app.models import Recording
from qa_app.models.recording import RecordingState
from qa_app.security.context import Context
from qa_app.services.audit import record
from qa_app.services.lane_guesses import name_lanes
from qa_app.services.site import Site
from qa_app.services.sound_masks import refresh_masks_of_recording

PEAKS_NAME, PLAYBACK_NAME = "peaks.v1", "playback.v1.webm"
STEPS = 4

Progress = Callable[[int, int], None]
Hold = Callable[[Context], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made of a sound; the objects are in the store already."""

    info: SoundInfo
    peaks: Peaks
    peaks_key: str
    playback: StoredObject
    mime: str


def prepare_recording(
    site: Site, recording_id: int, *, progress: Progress, hold: Hold
) -> dict[str, Any]:
    """Look at a recording, make what a browser plays and its peaks, then publish the row.

    Run again, it ends the same. A sound that cannot be played is published as broken. `hold`
    says inside the transaction that the work is still ours. Raises NotFound.
    """
    with site.reading() as ctx:
        row = ctx.session.execute(
            select(Recording.sha256, Recording.state).where(Recording.id == recording_id)
        ).one_or_none()
    if row is None:
        raise NotFound("recording", recording_id)
    if row.state is not RecordingState.STORED:
        return {"state": row.state.value}
    try:
        prepared = _prepare(site.store, row.sha256, progress)
    except BrokenSound as broken:
        return _publish_broken(site, recording_id, hold, broken.reason_code, broken.detail)
    except RecordingMissing:
        return _publish_broken(site, recording_id, hold, "missing", "")
    except RecordingDamaged as damaged:
        return _publish_broken(site, recording_id, hold, "damaged", str(damaged))
    return _publish_ready(site, recording_id, hold, prepared)


def _prepare(store: RecordingStore, sha256: str, progress: Progress) -> Prepared:
    progress(0, STEPS)
    with store.local(sha256) as original, tempfile.TemporaryDirectory() as folder:
        info = probe(original)
        progress(1, STEPS)
        waveform = peaks(original)
        progress(2, STEPS)
        if playable_as_is(info):
            playback, mime = StoredObject(sha256, sha256, info.size), info.mime
        else:
            made = Path(folder) / "playback"
            mime = make_playback(original, made)
            progress(3, STEPS)
            playback = store.put_derived(derived(sha256, PLAYBACK_NAME), made)
    peaks_key = derived(sha256, PEAKS_NAME)
    store.put_derived(peaks_key, BytesIO(encode(waveform)))
    progress(STEPS, STEPS)
    return Prepared(info, waveform, peaks_key, playback, mime)


def _publish_ready(site: Site, recording_id: int, hold: Hold, prepared: Prepared) -> dict[str, Any]:
    info, state = prepared.info, RecordingState.READY
    values = {
        "state": state,
        "problem": None,
        "container": info.container[:40],
        "codec": info.codec[:40],
        "channels": info.channels,
        "sample_rate": info.sample_rate,
        "duration_ms": prepared.peaks.duration_ms,
        "playback_key": prepared.playback.key,
        "playback_mime": prepared.mime,
        "playback_size": prepared.playback.size,
        "peaks_key": prepared.peaks_key,
        "facts": _facts(prepared),
    }
    _publish(site, recording_id, hold, values, [lane.speech for lane in prepared.peaks.lanes])
    return {"state": state.value, "duration_ms": prepared.peaks.duration_ms}


def _publish_broken(
    site: Site, recording_id: int, hold: Hold, problem: str, detail: str
) -> dict[str, Any]:
    state = RecordingState.BROKEN
    values = {"state": state, "problem": problem, "facts": {"detail": detail}}
    _publish(site, recording_id, hold, values)
    return {"state": state.value, "problem": problem}


def _publish(
    site: Site,
    recording_id: int,
    hold: Hold,
    values: dict[str, Any],
    speech: Sequence[Sequence[Span]] = (),
) -> None:
    with site.writing() as ctx:
        hold(ctx)
        ctx.session.execute(
            update(Recording)
            .where(Recording.id == recording_id)
            .values(**values, processed_at=ctx.clock.now())
        )
        action = f"recording.{values['state'].value}"
        record(ctx, action, "recording", recording_id, problem=values["problem"])
        name_lanes(ctx, recording_id, speech)
        refresh_masks_of_recording(ctx, recording_id)


def name_lanes_of_prepared(site: Site, recording_id: int, *, hold: Hold) -> None:
    """Name the agent's lane by a transcript that came after the sound (see `name_lanes`)."""
    with site.reading() as ctx:
        statement = select(Recording.peaks_key).where(Recording.id == recording_id)
        key = ctx.session.execute(statement).scalar_one_or_none()
    if key is None:
        return
    speech = [lane.speech for lane in decode(site.store.read(key)).lanes]
    with site.writing() as ctx:
        hold(ctx)
        name_lanes(ctx, recording_id, speech)


def _facts(prepared: Prepared) -> dict[str, Any]:
    """What the sound says of itself, whichever lane is the agent's."""
    waveform = prepared.peaks
    facts = sound_facts(
        [lane.speech for lane in waveform.lanes],
        [lane.is_silent for lane in waveform.lanes],
        waveform.duration_ms,
        lanes_are_same=waveform.lanes_are_same,
    )
    if prepared.info.stated_ms is not None:
        stated = prepared.info.stated_ms
        facts["cut_short"] = {"have_ms": waveform.duration_ms, "stated_ms": stated}
    return {**facts, "playback_sha256": prepared.playback.sha256}
