"""Looks at recordings: what a file is, by its content alone, and whether a browser can play it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from qa_app.adapters.audio_decode import (
    MAX_SECONDS,
    BrokenSound,
    frames_of,
    open_sound,
    opened,
)
from qa_app.adapters.audio_header import stated_wave_bytes, states_mpeg_frames

__all__ = ["BrokenSound", "SoundInfo", "playable_as_is", "probe"]

_PLAIN_PCM = {"pcm_s16le", "pcm_u8"}
# Containers whose header or index states the length exactly, not by an estimate.
_EXACT = {"flac", "mov", "matroska"}
_SLACK_SECONDS = 0.25
_SLACK_SHARE = 0.01

_MIME = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "matroska": "audio/webm",
    "mov": "audio/mp4",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "aiff": "audio/aiff",
    "au": "audio/basic",
}


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What a sound file is."""

    container: str
    """FFmpeg's name, the first where it has several: wav, mp3, ogg, flac, mov, matroska, …"""
    codec: str
    channels: int
    sample_rate: int
    duration_ms: int
    size: int
    length_is_stated: bool
    """Whether the header gives the true length, so that a browser can seek in it."""

    @property
    def mime(self) -> str:
        return _MIME.get(self.container, "application/octet-stream")


def probe(source: Path | BinaryIO) -> SoundInfo:
    """Say what the file is, by its content and never by its name; reads it once, decodes little.

    Raises BrokenSound: empty, not_sound, no_sound_inside, truncated, undecodable, too_long.
    """
    with opened(source) as file:
        with open_sound(file) as (container, stream):
            _first_frame(container, stream)
            seconds = _length(container, stream)
            info = SoundInfo(
                container=container.format.name.split(",")[0],
                codec=_codec(stream),
                channels=stream.codec_context.layout.nb_channels,
                sample_rate=stream.codec_context.sample_rate,
                duration_ms=round(seconds * 1000),
                size=file.seek(0, 2),
                length_is_stated=stated_wave_bytes(file) is not None,
            )
            stated = container.duration / 1_000_000 if container.duration else None
        _refuse_cut_off(file, info, seconds, stated)
    return info


def playable_as_is(info: SoundInfo) -> bool:
    """Whether every browser plays the file and seeks in it exactly: plain PCM in WAV."""
    return (
        info.container == "wav"
        and info.codec in _PLAIN_PCM
        and info.channels <= 2
        and 3000 <= info.sample_rate <= 96000
        and info.length_is_stated
    )


def _codec(stream: AudioStream) -> str:
    return stream.codec_context.codec.canonical_name


def _first_frame(container: InputContainer, stream: AudioStream) -> None:
    """Decode until the first sound comes out: a header alone proves nothing."""
    try:
        if next((f for f in frames_of(container, stream) if f.samples), None) is None:
            raise BrokenSound("undecodable", "no samples")
        container.seek(0, stream=stream)
    except FFmpegError as error:
        raise BrokenSound("undecodable", str(error.strerror)) from error


def _length(container: InputContainer, stream: AudioStream) -> float:
    """Seconds of sound by the packets that are there, not by what a header says."""
    base = stream.time_base
    first = last = None
    packets = container.demux(stream)
    while base is not None:
        try:
            packet = next(packets, None)
        except FFmpegError:
            break
        if packet is None:
            break
        if packet.pts is None:
            continue
        first = packet.pts if first is None else min(first, packet.pts)
        last = max(last or 0, packet.pts + (packet.duration or 0))
    if first is None or last is None or base is None or last <= first:
        raise BrokenSound("no_sound_inside", "no samples")
    seconds = float((last - first) * base)
    if seconds > MAX_SECONDS:
        raise BrokenSound("too_long", f"more than {MAX_SECONDS // 3600} hours")
    return seconds


def _refuse_cut_off(file: BinaryIO, info: SoundInfo, seconds: float, stated: float | None) -> None:
    if info.container == "wav":
        promise = stated_wave_bytes(file)
        stated = seconds * promise[0] / max(1, promise[1]) if promise else None
    elif info.container not in _EXACT and not (
        info.container == "mp3" and states_mpeg_frames(file)
    ):
        stated = None
    if stated is not None and stated - seconds > max(_SLACK_SECONDS, _SLACK_SHARE * stated):
        raise BrokenSound("truncated", f"{seconds:.1f} of {stated:.1f} seconds")
