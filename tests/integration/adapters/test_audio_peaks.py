"""Peaks are counted on the decoded sound, and the version for the browser runs on their clock."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from qa_app.adapters.audio import BrokenSound
from qa_app.adapters.audio_peaks import FEWEST_POINTS, POINTS_PER_SECOND, decode, encode, peaks
from qa_app.adapters.audio_playback import MIME, make_playback
from tests.factories.hard_sounds import voices, write_long
from tests.integration.adapters.sounds import Wave, clicks, hum, write


def _loud_at(path: Path) -> list[float]:
    """Seconds at which the first lane becomes loud after at least a second of silence."""
    result = peaks(path)
    point = result.samples_per_point / result.sample_rate
    loud = np.flatnonzero(result.lanes[0].high > 20) * point
    return [at for i, at in enumerate(loud) if i == 0 or at - loud[i - 1] > 1]


@pytest.mark.parametrize("lanes", [1, 2])
@pytest.mark.parametrize(
    ("codec", "container"),
    [
        ("pcm_s16le", "wav"),
        ("pcm_u8", "wav"),
        ("pcm_alaw", "wav"),
        ("pcm_mulaw", "wav"),
        ("libmp3lame", "mp3"),
        ("flac", "flac"),
        ("libopus", "ogg"),
        ("aac", "ipod"),
    ],
)
def test_every_codec_gives_its_lanes_its_length_and_a_version_for_the_browser(
    tmp_path: Path, codec: str, container: str, lanes: int
) -> None:
    source = write(tmp_path / "a", hum(50, lanes=lanes), codec=codec, container=container)
    result = peaks(source)
    assert len(result.lanes) == lanes
    assert result.duration_ms == pytest.approx(50_000, abs=150)
    assert result.points == pytest.approx(50 * POINTS_PER_SECOND, abs=4)
    assert not any(lane.is_silent for lane in result.lanes)
    assert int(result.lanes[0].high[100]) == pytest.approx(8000 / 256, abs=4)
    assert int(result.lanes[0].low[100]) == pytest.approx(-8000 / 256, abs=4)

    assert make_playback(source, tmp_path / "b") == MIME == "audio/webm"
    with av.open(str(tmp_path / "b")) as made:
        stream = made.streams.audio[0]
        assert made.format.name == "matroska,webm"
        assert (stream.codec_context.name, stream.codec_context.sample_rate) == ("opus", 48000)
        assert stream.codec_context.layout.nb_channels == lanes
        assert (made.duration or 0) / 1000 == pytest.approx(result.duration_ms, abs=30)


def test_a_short_sound_still_fills_the_width_of_a_screen(tmp_path: Path) -> None:
    assert peaks(write(tmp_path / "a", hum(2))).points >= FEWEST_POINTS


def test_a_lane_on_which_nobody_was_recorded_stays_and_says_so(tmp_path: Path) -> None:
    wave = hum(5, lanes=2)
    wave[:, 1] = 0
    result = peaks(write(tmp_path / "a", wave))
    assert [lane.is_silent for lane in result.lanes] == [False, True]
    assert result.lanes[1].speech == ()


def test_silent_sound_has_flat_peaks(tmp_path: Path) -> None:
    result = peaks(write(tmp_path / "a", np.zeros((8000 * 5, 2), np.int16)))
    assert all(lane.is_silent for lane in result.lanes)
    assert not any(lane.high.any() or lane.low.any() for lane in result.lanes)
    assert result.shading.silence == ((0, 5000),)


def test_more_than_two_lanes_are_mixed_down_to_two(tmp_path: Path) -> None:
    source = write(tmp_path / "a", hum(5, lanes=4))
    assert len(peaks(source).lanes) == 2
    make_playback(source, tmp_path / "b")
    assert len(peaks(tmp_path / "b").lanes) == 2


@pytest.mark.parametrize("rate", [8000, 11025, 44100])
def test_peaks_and_played_sound_never_drift_apart(tmp_path: Path, rate: int) -> None:
    wave = clicks(150, 30, rate=rate)
    source = write(tmp_path / "a", wave, rate=rate)
    make_playback(source, tmp_path / "b")
    there = np.arange(0, 150, 30)
    assert _loud_at(source) == pytest.approx(there, abs=0.05)
    assert _loud_at(tmp_path / "b") == pytest.approx(there, abs=0.05)


def test_seeking_in_the_version_for_the_browser_lands_where_it_should(tmp_path: Path) -> None:
    make_playback(write(tmp_path / "a", clicks(600, 60)), tmp_path / "b")
    with av.open(str(tmp_path / "b")) as made:
        stream = made.streams.audio[0]
        base = stream.time_base or Fraction(0)
        for second in (540, 60, 300):
            made.seek(int((second - 1) / base), stream=stream)
            loud = next(
                float(frame.pts * base)
                for frame in made.decode(stream)
                if frame.pts is not None
                and frame.pts * base > second - 0.5
                and np.abs(frame.to_ndarray()).max() > 0.3
            )
            assert loud == pytest.approx(second, abs=0.05)


def test_time_that_a_file_skips_is_silence_in_the_peaks_and_in_the_sound(tmp_path: Path) -> None:
    source = write(
        tmp_path / "a", clicks(60, 10), codec="libopus", container="webm", gap_after=25, gap=7
    )
    there = [0, 10, 20, 37, 47, 57]
    assert peaks(source).duration_ms == pytest.approx(67_000, abs=60)
    assert _loud_at(source) == pytest.approx(there, abs=0.06)
    make_playback(source, tmp_path / "b")
    assert _loud_at(tmp_path / "b") == pytest.approx(there, abs=0.06)


def test_damage_in_the_middle_costs_no_more_than_the_damaged_part(tmp_path: Path) -> None:
    content = bytearray(
        write(tmp_path / "a", clicks(60, 10), codec="libmp3lame", container="mp3").read_bytes()
    )
    middle = len(content) // 2
    content[middle : middle + 300] = bytes(300)
    (tmp_path / "a").write_bytes(content)
    assert peaks(tmp_path / "a").duration_ms == pytest.approx(60_000, abs=600)


def test_what_cannot_be_decoded_is_refused_by_every_step(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"this is no sound " * 100)
    with pytest.raises(BrokenSound):
        peaks(tmp_path / "a")
    with pytest.raises(BrokenSound):
        make_playback(tmp_path / "a", tmp_path / "b")


def test_what_is_written_for_the_browser_reads_back_the_same(tmp_path: Path) -> None:
    result = peaks(write(tmp_path / "a", _conversation()))
    content = encode(result)
    again = decode(content)
    assert encode(again) == content
    assert again.duration_ms == result.duration_ms
    assert again.lanes[1].speech == result.lanes[1].speech
    assert len(content) < 400 + 60 * POINTS_PER_SECOND * 4 + 2000
    with pytest.raises(ValueError, match="not peaks"):
        decode(content[:-1])


def test_speech_silence_and_talk_over_are_found(tmp_path: Path) -> None:
    result = peaks(write(tmp_path / "a", _conversation()))
    agent, customer = result.lanes
    assert np.array(agent.speech) == pytest.approx(np.array([[2000, 10_000]]), abs=100)
    assert np.array(customer.speech) == pytest.approx(np.array([[8000, 20_000]]), abs=100)
    shaded = np.array([*result.shading.talk_over, *result.shading.silence])
    assert shaded == pytest.approx(np.array([[8000, 10_000], [20_000, 60_000]]), abs=100)
    assert not result.lanes_are_same


@pytest.mark.parametrize("codec", ["pcm_s16le", "libmp3lame"])
def test_two_lanes_with_one_sound_are_no_talk_over(tmp_path: Path, codec: str) -> None:
    both = np.repeat(voices(20, [(2, 12)], None), 2, axis=1)
    container = "mp3" if codec == "libmp3lame" else "wav"
    result = peaks(write(tmp_path / "a", both, codec=codec, container=container))
    assert result.lanes_are_same
    assert result.shading.talk_over == ()
    assert decode(encode(result)).lanes_are_same


@pytest.mark.skipif(sys.platform == "win32", reason="no such measure there")
def test_an_hour_takes_hardly_more_memory_than_a_minute(tmp_path: Path) -> None:
    minute, hour = tmp_path / "minute", tmp_path / "hour"
    for path, minutes in ((minute, 1), (hour, 60)):
        write_long(path, minutes, minute=voices(60, [(0, 6)], [(5, 9)]))
    more = _memory_of(hour) - _memory_of(minute)
    assert more < 20  # MiB; the sound itself is 110


def _memory_of(path: Path) -> float:
    """The most that a fresh process holds while it takes the peaks, in MiB."""
    program = (
        "import resource, sys; from pathlib import Path;"
        "from qa_app.adapters.audio_peaks import encode, peaks;"
        "encode(peaks(Path(sys.argv[1])));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _conversation() -> Wave:
    """Agent from 2 to 10 seconds, customer from 8 to 20, then nothing up to 60."""
    return voices(60, agent=[(2, 10)], customer=[(8, 20)])
