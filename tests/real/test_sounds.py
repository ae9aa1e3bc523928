"""Sixty-two telephone calls that are not what they are called, and the sound of 28 vCons."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import select

from qa_app.adapters.audio import probe
from qa_app.models import Conversation, Recording
from tests.real.conftest import SOUNDS_ON_POSTGRESQL
from tests.real.department import Department


def recordings(made: Department) -> list[Any]:
    """Every conversation's source, length and recording."""
    statement = (
        select(Conversation.source, Conversation.duration_s, *Recording.__table__.columns)
        .join(Recording, Recording.id == Conversation.recording_id)
        .order_by(Conversation.id)
    )
    with made.open() as site, site.reading() as ctx:
        return list(ctx.session.execute(statement))


def test_every_sound_is_ready_with_peaks_and_something_that_a_browser_plays(
    drawn: Department,
) -> None:
    rows = recordings(drawn)
    assert Counter(row.source for row in rows) == {"getgoing": 62, "vcon": 28}
    with drawn.open() as site:
        for row in rows:
            assert (row.state.value, row.problem, row.container) == ("ready", None, "mp3")
            assert row.peaks_key
            assert site.store.size(row.peaks_key) > 800
            with site.store.local(row.playback_key) as path:
                playback = probe(path)
            assert row.playback_mime == "audio/webm"
            assert (playback.container, playback.codec) == ("matroska", "opus")
            assert abs(playback.duration_ms - row.duration_ms) < 100
            assert site.store.size(row.sha256) == row.size


def test_the_calls_are_stereo_with_the_automatic_agent_flagged_as_silent(
    drawn: Department,
) -> None:
    calls = [row for row in recordings(drawn) if row.source == "getgoing"]
    assert {row.channels for row in calls} == {2}
    callers, agents = zip(*(row.facts["lanes"] for row in calls), strict=True)
    assert not any(lane["silent"] for lane in callers)
    assert all(lane["speech_ms"] > 0 for lane in callers)
    assert sum(lane["silent"] for lane in agents) == 61  # one of them does carry sound
    assert all(abs(row.duration_ms / 1000 - row.duration_s) < 20 for row in calls)


def test_vcons_come_with_the_sound_that_lies_beside_them(drawn: Department) -> None:
    vcons = [row for row in recordings(drawn) if row.source == "vcon"]
    assert {row.channels for row in vcons} == {1}
    assert all(abs(row.duration_ms / 1000 - row.duration_s) < 2 for row in vcons)


def test_jobs_prepare_sounds_on_either_database(walked: Department) -> None:
    states = Counter(row.state.value for row in recordings(walked))
    if walked.is_embedded:
        assert states == {"ready": 90}
    else:
        assert states == {"ready": SOUNDS_ON_POSTGRESQL, "stored": 90 - SOUNDS_ON_POSTGRESQL}
