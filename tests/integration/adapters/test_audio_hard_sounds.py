"""Sounds that lie, break off or come in old codecs: what is drawn stays with what is heard."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from qa_app.adapters.audio import playable_as_is, probe
from qa_app.adapters.audio_decode import BrokenSound, decoded, open_sound, opened
from qa_app.adapters.audio_peaks import peaks
from qa_app.adapters.audio_playback import make_playback
from tests.factories.hard_sounds import (
    with_data_size,
    with_stated_frames,
    with_tag_of,
    without_tag,
    write_gsm,
    write_vbr_mp3,
    write_wave_gsm,
)
from tests.integration.adapters.sounds import clicks, hum, write

SECONDS, EVERY = 48, 12
THERE = np.arange(0, SECONDS, EVERY)

Make = Callable[[Path], Path]


def coded(codec: str, container: str, *, lanes: int = 2) -> Make:
    sound = clicks(SECONDS, EVERY)[:, :lanes]
    return lambda path: write(path, sound, codec=codec, container=container)


def changed(make: Make, change: Callable[[bytes], bytes]) -> Make:
    def made(path: Path) -> Path:
        make(path).write_bytes(change(path.read_bytes()))
        return path

    return made


def vbr(path: Path) -> Path:
    return write_vbr_mp3(path, clicks(SECONDS, EVERY))


def vbr_without_a_word(path: Path) -> Path:
    return write_vbr_mp3(path, clicks(SECONDS, EVERY), says_so=False)


RUBBISH = np.random.default_rng(5).bytes(3000)
wave_file = coded("pcm_s16le", "wav")

SOUNDS: dict[str, Make] = {
    "GSM": lambda path: write_gsm(path, SECONDS, EVERY),
    "GSM in WAVE": lambda path: write_wave_gsm(path, SECONDS, EVERY),
    "A-law in WAVE": coded("pcm_alaw", "wav"),
    "mu-law in WAVE": coded("pcm_mulaw", "wav"),
    "A-law in AU": coded("pcm_alaw", "au"),
    "mu-law in AU": coded("pcm_mulaw", "au"),
    "G.722": coded("g722", "wav", lanes=1),
    "G.726": coded("adpcm_g726", "wav", lanes=1),
    "IMA ADPCM": coded("adpcm_ima_wav", "wav"),
    "AMR": coded("libopencore_amrnb", "amr", lanes=1),
    "Opus in Ogg": coded("libopus", "ogg"),
    "AAC in MP4": coded("aac", "ipod"),
    "AAC alone": coded("aac", "adts"),
    "FLAC": coded("flac", "flac"),
    "MP3": coded("libmp3lame", "mp3"),
    "MP3 in WAVE": coded("libmp3lame", "wav"),
    "MP3 of variable rate": vbr,
    "MP3 of variable rate that does not say so": vbr_without_a_word,
    "MP3 that states a tenth": changed(vbr, lambda content: with_stated_frames(content, 0.1)),
    "MP3 that states the triple": changed(vbr, lambda content: with_stated_frames(content, 3)),
    "MP3 behind a tag of few bytes": changed(vbr, lambda content: with_tag_of(content, 50)),
    "MP3 behind a tag of its size": changed(vbr, lambda content: with_tag_of(content, 20_000)),
    "MP3 behind a tag beyond it": changed(vbr, lambda content: with_tag_of(content, 5_000_000)),
    "MP3 behind a page": changed(vbr, lambda content: b"<html>" * 600 + without_tag(content)),
    "MP3 behind zeros": changed(vbr, lambda content: bytes(5000) + without_tag(content)),
    "MP3 behind rubbish": changed(vbr, lambda content: RUBBISH + without_tag(content)),
    "WAVE that states too little": changed(wave_file, lambda made: with_data_size(made, 8000)),
    "WAVE that states nothing": changed(wave_file, lambda made: with_data_size(made, 0)),
    "WAVE that states too much": changed(wave_file, lambda made: with_data_size(made, 99_999_999)),
}


def onsets(path: Path) -> npt.NDArray[np.float64]:
    """Seconds at which the decoded sound becomes loud after at least a second of silence."""
    with opened(path) as file, open_sound(file) as (container, stream):
        rate = stream.codec_context.sample_rate
        sound = np.concatenate([block[:, 0] for block in decoded(container, stream)])
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > np.abs(sound).max() * 0.3) / rate
    return np.asarray(loud[np.diff(loud, prepend=-2.0) > 1], np.float64)


def drawn(path: Path) -> npt.NDArray[np.float64]:
    """The same, where the waveform becomes high: the middle of the point."""
    result = peaks(path)
    point = result.samples_per_point / result.sample_rate
    high = result.lanes[0].high.astype(int)
    loud = np.flatnonzero(high > high.max() * 0.3) * point
    return np.asarray(loud[np.diff(loud, prepend=-2.0) > 1] + point / 2, np.float64)


@pytest.mark.parametrize("kind", SOUNDS)
def test_what_is_drawn_is_where_it_is_heard_from_the_first_second_to_the_last(
    tmp_path: Path, kind: str
) -> None:
    source = SOUNDS[kind](tmp_path / "-x.txt")
    assert probe(source).duration_ms == pytest.approx(SECONDS * 1000, abs=250)
    make_playback(source, tmp_path / "made")
    played, waveform = onsets(tmp_path / "made"), drawn(source)
    assert len(played) == len(waveform) == len(THERE)
    assert np.abs(played - waveform).max() < 0.05
    # An MP3 that does not say how its encoder began is late by as much, from start to end.
    late = played[0]
    assert 0 <= late < 0.2
    assert played - late == pytest.approx(THERE, abs=0.03)


@pytest.mark.parametrize(
    ("make", "container", "codec"),
    [(write_gsm, "gsm", "gsm"), (write_wave_gsm, "wav", "gsm_ms")],
)
def test_gsm_is_known_by_its_content(
    tmp_path: Path, make: Callable[[Path, int, int], Path], container: str, codec: str
) -> None:
    info = probe(make(tmp_path / "call.mp3", 10, 5))
    assert (info.container, info.codec, info.channels, info.sample_rate) == (
        container,
        codec,
        1,
        8000,
    )
    assert info.duration_ms == 10_000
    assert not playable_as_is(info)


@pytest.mark.parametrize("kind", ["MP3 of variable rate", "MP3 that states the triple"])
def test_only_what_lost_bytes_is_called_cut_short(tmp_path: Path, kind: str) -> None:
    source = SOUNDS[kind](tmp_path / "a")
    assert probe(source).stated_ms is None
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    info = probe(source)
    assert info.stated_ms is not None
    assert info.stated_ms > 1.9 * info.duration_ms


def test_a_wave_that_states_too_little_is_not_handed_out_as_it_is(tmp_path: Path) -> None:
    info = probe(SOUNDS["WAVE that states too little"](tmp_path / "a"))
    assert info.stated_ms is None
    assert not playable_as_is(info)


def test_what_follows_the_sound_in_a_wave_is_not_heard(tmp_path: Path) -> None:
    content = write(tmp_path / "a", hum(3)).read_bytes() + b"LIST\x04\x00\x00\x00INFO"
    info = probe(io.BytesIO(content))
    assert info.duration_ms == 3000
    assert playable_as_is(info)


def test_a_cut_file_in_which_nothing_can_be_heard_is_cut_off(tmp_path: Path) -> None:
    content = write(tmp_path / "a", hum(3)).read_bytes()
    with pytest.raises(BrokenSound) as refused:
        probe(io.BytesIO(content[: content.index(b"data") + 8]))
    assert refused.value.reason_code == "truncated"


def test_a_cut_file_with_less_than_a_tenth_of_a_second_is_cut_off(tmp_path: Path) -> None:
    content = write(tmp_path / "a", hum(3)).read_bytes()
    begin = content.index(b"data") + 8
    with pytest.raises(BrokenSound) as refused:
        probe(io.BytesIO(content[: begin + 2 * 790]))
    assert refused.value.reason_code == "truncated"
    info = probe(io.BytesIO(content[: begin + 2 * 810]))
    assert (info.duration_ms, info.stated_ms) == (101, 3000)
