"""Recordings made by others, where the shared data lie beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_app.adapters.audio import playable_as_is, probe
from qa_app.adapters.audio_peaks import peaks
from qa_app.adapters.audio_playback import make_playback

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def _set(name: str) -> Path:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not here (../shared/data)")
    return folder


def test_the_telephone_calls_are_mp3_whatever_they_are_called() -> None:
    calls = sorted(_set("calls-getgoing").glob("calls/*/recording.wav"))
    assert len(calls) == 62
    for call in calls:
        info = probe(call)
        assert (info.container, info.codec, info.channels) == ("mp3", "mp3", 2)
        assert info.sample_rate == 16000
        assert 35_000 < info.duration_ms < 205_000
        assert not playable_as_is(info)


def test_the_caller_is_heard_and_the_lane_of_the_automatic_agent_is_silent() -> None:
    loud = []
    for call in sorted(_set("calls-getgoing").glob("calls/*/recording.wav")):
        caller, system = peaks(call).lanes
        assert not caller.is_silent
        assert caller.speech
        assert system.is_silent is (not system.speech)
        if not system.is_silent:
            loud.append(call.parent.name)
    assert len(loud) == 1  # one of the 62 does carry sound there, up to -14 dBFS


def test_the_two_legs_of_one_call_are_equally_long() -> None:
    legs = sorted(_set("calls-aws-autorepair").glob("Auto_Repairs_40_UTC_*.flac"))
    infos = [probe(leg) for leg in legs]
    assert [info.codec for info in infos] == ["flac", "flac"]
    assert len({info.duration_ms for info in infos}) == 1
    assert peaks(legs[0]).duration_ms == infos[0].duration_ms


def test_calls_of_one_lane_keep_one_lane(tmp_path: Path) -> None:
    for call in sorted(_set("calls-vcon-synthetic").glob("*.mp3"))[:3]:
        make_playback(call, tmp_path / "out")
        before, after = peaks(call), peaks(tmp_path / "out")
        assert len(before.lanes) == len(after.lanes) == 1
        assert after.duration_ms == pytest.approx(before.duration_ms, abs=20)
