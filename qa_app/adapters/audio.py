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
from qa_app.adapters.audio_header import stated_mpeg_seconds, wave_data

__all__ = ["BrokenSound", "SoundInfo", "playable_as_is", "probe"]

_PLAIN_PCM = {"pcm_s16le", "pcm_u8"}
# Containers whose header or index states the length exactly, not by an estimate.
_EXACT = {"flac", "mov", "matroska"}
_NOTHING_HEARD = {"no_sound_inside", "undecodable", "not_sound"}
_SLACK_SECONDS = 0.25
_SLACK_SHARE = 0.01
_HEARD_SECONDS = 0.1

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
    stated_ms: int | None = None
    """Of a file that was cut short: how long it says that it is, or was meant to be."""

    @property
    def mime(self) -> str:
        return _MIME.get(self.container, "application/octet-stream")


def probe(source: Path | BinaryIO) -> SoundInfo:
    """Say what the file is, by its content and never by its name; reads it once, decodes little.

    A file that was cut short is one while a tenth of a second can be heard: `stated_ms` says so.
    Raises BrokenSound: empty, not_sound, no_sound_inside, truncated, undecodable, too_long.
    """
    with opened(source) as file:
        try:
            return _probed(file)
        except BrokenSound as broken:
            promise = wave_data(file) if broken.code in _NOTHING_HEARD else None
            if promise is None or promise.there >= promise.stated:
                raise
            detail = f"{promise.there} of {promise.stated} bytes"
            raise BrokenSound("truncated", detail) from broken


def _probed(file: BinaryIO) -> SoundInfo:
    with open_sound(file) as (container, stream):
        _first_frame(container, stream)
        seconds = _length(container, stream)
        name, said = container.format.name.split(",")[0], container.duration
        codec, context = _codec(stream), stream.codec_context
        channels, rate = context.layout.nb_channels, context.sample_rate
    stated = _stated(file, name, seconds, said / 1_000_000 if said else None)
    is_cut = stated is not None and stated - seconds > max(_SLACK_SECONDS, _SLACK_SHARE * stated)
    if is_cut and seconds < _HEARD_SECONDS:
        raise BrokenSound("truncated", f"{seconds:.3f} of {stated:.3f} seconds")
    wave = wave_data(file)
    return SoundInfo(
        container=name,
        codec=codec,
        channels=channels,
        sample_rate=rate,
        duration_ms=round(seconds * 1000),
        size=file.seek(0, 2),
        length_is_stated=wave is not None and wave.there == wave.stated,
        stated_ms=round(stated * 1000) if is_cut and stated is not None else None,
    )


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


def _stated(file: BinaryIO, name: str, seconds: float, said: float | None) -> float | None:
    """How long the file says that it is, where that is no estimate."""
    if name == "wav":
        wave = wave_data(file)
        return None if wave is None or wave.is_wrong else seconds * wave.stated / max(1, wave.there)
    if name == "mp3":
        return stated_mpeg_seconds(file)
    return said if name in _EXACT else None
