"""Recordings made by others, where the shared data lie beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_app.adapters.audio import playable_as_is, probe
from qa_app.adapters.audio_peaks import peaks
from qa_app.adapters.audio_playback import make_playback
from qa_app.domain.sound_figures import figures, sound_facts, total

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
        assert not (system.is_silent and system.speech)
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


def test_the_legs_of_one_call_hardly_speak_at_the_same_time() -> None:
    folder = _set("calls-aws-autorepair")
    agent, caller = (
        peaks(folder / f"Auto_Repairs_40_UTC_{leg}.flac") for leg in ("agent", "caller")
    )
    spoken = [total(leg.lanes[0].speech) for leg in (agent, caller)]
    assert all(60_000 < length < 130_000 for length in spoken)
    both = [leg.lanes[0].speech for leg in (agent, caller)]
    facts = sound_facts(both, [False, False], agent.duration_ms)
    assert facts["talk_over_ms"] < 0.1 * sum(spoken)
    found = figures(facts, 0)
    assert found is not None
    assert found.response is not None
    assert found.response.count >= 8
    assert 300 < found.response.mean_ms < 8000


def test_both_voices_of_a_synthetic_call_on_one_lane_are_heard() -> None:
    for call in sorted(_set("calls-vcon-synthetic").glob("*.mp3"))[:5]:
        result = peaks(call)
        assert 0.7 < total(result.lanes[0].speech) / result.duration_ms < 0.98
        assert result.shading.talk_over == ()
