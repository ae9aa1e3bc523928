"""What a sound file is, told by its content."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from qa_app.adapters.audio import BrokenSound, playable_as_is, probe
from tests.integration.adapters.sounds import hum, write

KINDS = [
    # codec, container, FFmpeg's container name, plays as it is
    ("pcm_s16le", "wav", "wav", True),
    ("pcm_u8", "wav", "wav", True),
    ("pcm_alaw", "wav", "wav", False),
    ("pcm_mulaw", "wav", "wav", False),
    ("adpcm_ima_wav", "wav", "wav", False),
    ("libmp3lame", "wav", "wav", False),
    ("libmp3lame", "mp3", "mp3", False),
    ("libopus", "ogg", "ogg", False),
    ("libopus", "webm", "matroska", False),
    ("flac", "flac", "flac", False),
    ("aac", "ipod", "mov", False),
    ("aac", "adts", "aac", False),
    ("pcm_mulaw", "au", "au", False),
    ("pcm_s16be", "aiff", "aiff", False),
]


@pytest.mark.parametrize(("codec", "container", "name", "as_is"), KINDS)
@pytest.mark.parametrize("lanes", [1, 2])
def test_a_recording_is_known_by_its_content_whatever_its_name(
    tmp_path: Path, codec: str, container: str, name: str, as_is: bool, lanes: int
) -> None:
    made = write(tmp_path / "sound", hum(3, lanes=lanes), codec=codec, container=container)
    info = probe(made.rename(tmp_path / "-i http:x;id.jpeg"))
    assert (info.container, info.channels) == (name, lanes)
    assert info.duration_ms == pytest.approx(3000, abs=200)
    assert info.sample_rate == (48000 if codec == "libopus" else 8000)
    assert info.size > 0
    assert playable_as_is(info) is as_is


def test_narrow_band_telephone_sound_in_amr_is_known(tmp_path: Path) -> None:
    made = write(tmp_path / "x.wav", hum(3), codec="libopencore_amrnb", container="amr")
    assert probe(made).codec == "amrnb" or probe(made).container == "amr"


def test_an_open_file_is_read_from_its_beginning(tmp_path: Path) -> None:
    file = io.BytesIO(write(tmp_path / "a", hum(2)).read_bytes())
    file.seek(100)
    assert probe(file).duration_ms == 2000
    assert not file.closed


def test_wave_whose_size_was_never_filled_in_is_read_but_not_handed_out(tmp_path: Path) -> None:
    content = bytearray(write(tmp_path / "a", hum(2)).read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = b"\xff\xff\xff\xff"
    info = probe(io.BytesIO(bytes(content)))
    assert info.duration_ms == 2000
    assert not playable_as_is(info)


def test_a_wave_with_more_than_two_lanes_is_not_handed_out(tmp_path: Path) -> None:
    info = probe(write(tmp_path / "a", hum(2, lanes=4)))
    assert info.channels == 4
    assert not playable_as_is(info)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"good morning, how can I help you\n" * 200, "not_sound"),
        ("您好，请问有什么可以帮您\n".encode() * 200, "not_sound"),
        (b"\x89PNG\r\n\x1a\n" + bytes(4000), "not_sound"),
        (b"PK\x03\x04" + bytes(4000), "not_sound"),
        (np.random.default_rng(7).bytes(50_000), "not_sound"),
        (b"RIFF", "not_sound"),
        (b"RIFF\x00\x00\x00\x00WAVE", "not_sound"),
    ],
)
def test_what_is_no_recording_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(BrokenSound) as refused:
        probe(io.BytesIO(content))
    assert refused.value.reason_code == refused.value.code
    assert refused.value.reason_code in {reason, "undecodable", "no_sound_inside"}


def test_a_wave_header_without_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenSound):
        probe(io.BytesIO(write(tmp_path / "a", hum(1)).read_bytes()[:78]))


@pytest.mark.parametrize(
    ("codec", "container"),
    [
        ("pcm_s16le", "wav"),
        ("pcm_alaw", "wav"),
        ("libmp3lame", "mp3"),
        ("flac", "flac"),
        ("libopus", "webm"),
    ],
)
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_file_that_was_cut_short_says_how_much_of_it_is_there(
    tmp_path: Path, codec: str, container: str, share: float
) -> None:
    content = write(tmp_path / "a", hum(20), codec=codec, container=container).read_bytes()
    info = probe(io.BytesIO(content[: int(len(content) * share)]))
    assert info.duration_ms == pytest.approx(20_000 * share, abs=1500)
    assert info.stated_ms == pytest.approx(20_000, abs=200)
    assert not playable_as_is(info)


def test_an_mp4_that_lost_its_index_is_refused(tmp_path: Path) -> None:
    content = write(tmp_path / "a", hum(20), codec="aac", container="ipod").read_bytes()
    with pytest.raises(BrokenSound):
        probe(io.BytesIO(content[: len(content) // 2]))


def test_a_missing_last_byte_is_forgiven(tmp_path: Path) -> None:
    content = write(tmp_path / "a", hum(5)).read_bytes()
    assert probe(io.BytesIO(content[:-3])).duration_ms == pytest.approx(5000, abs=2)


def test_a_playlist_opens_no_other_file_and_no_address(tmp_path: Path) -> None:
    other = write(tmp_path / "secret.wav", hum(5))
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{other}\n#EXT-X-ENDLIST\n"
    concatenated = f"ffconcat version 1.0\nfile '{other}'\n"
    for text in (playlist, concatenated):
        for name in ("a.m3u8", "a.wav", "a.ffconcat"):
            path = tmp_path / name
            path.write_text(text)
            with pytest.raises(BrokenSound) as refused:
                probe(path)
            assert refused.value.reason_code == "not_sound"
