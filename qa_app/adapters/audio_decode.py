"""Opens sound by its content and decodes it as a stream whose only clock is the sample count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from qa_app.adapters.audio_header import Opening, how_to_open, mpeg_inside
from qa_app.domain.errors import QAError

Samples = npt.NDArray[np.int16]  # one row per moment, one column per lane

BLOCK = 65536
MAX_SECONDS = 12 * 3600
_GAP_SECONDS = 0.02

# Only what holds sound in one file: playlists and the like would open other files or addresses.
_FORMATS = (
    "aac,aiff,amr,amrnb,amrwb,asf,au,caf,flac,g722,gsm,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,"
    "mp3,ogg,w64,wav,wv"
)
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}


class BrokenSound(QAError):
    """A file that is not a recording one can listen to; `code` says why, `detail` how."""

    def __init__(self, reason_code: str, detail: str) -> None:
        super().__init__(_REASONS[reason_code], detail=detail)
        self.code = self.reason_code = reason_code
        self.detail = detail


_REASONS = {
    "empty": "The sound file is empty.",
    "not_sound": "The file is no sound file of a known kind (%(detail)s).",
    "no_sound_inside": "The file holds no sound (%(detail)s).",
    "truncated": "The sound file is cut off (%(detail)s).",
    "undecodable": "The sound cannot be decoded (%(detail)s).",
    "too_long": "The sound is too long (%(detail)s).",
}


class _Nameless:
    """A file without its name, so that nothing can be concluded from an extension.

    With an offset, what lies before it is not there.
    """

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self.read, self._file, self._offset = file.read, file, offset
        file.seek(offset)

    def seek(self, to: int, whence: int = 0) -> int:
        return self._file.seek(to + self._offset if whence == 0 else to, whence) - self._offset

    def tell(self) -> int:
        return self._file.tell() - self._offset


@contextmanager
def opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    """The source as a file at its beginning; closed again only if it was opened here."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        source.seek(0)
        yield source


@contextmanager
def open_sound(file: BinaryIO) -> Iterator[tuple[InputContainer, AudioStream]]:
    """The container and its first sound stream. Raises BrokenSound."""
    if file.seek(0, 2) == 0:
        raise BrokenSound("empty", "0 bytes")
    container = _container(file)
    with container:
        streams = container.streams.audio
        if not streams:
            raise BrokenSound("no_sound_inside", container.format.name)
        stream = streams[0]
        if not stream.codec_context.sample_rate or not stream.codec_context.layout.nb_channels:
            raise BrokenSound("no_sound_inside", "no sample rate or no channels")
        yield container, stream


def _container(file: BinaryIO) -> InputContainer:
    """As the content says; what is not known may still be MP3 behind rubbish."""
    try:
        return _as(file, how_to_open(file))
    except (FFmpegError, ValueError) as error:
        found = mpeg_inside(file)
        if found is None:
            raise BrokenSound("not_sound", _words(error)) from error
    try:
        return _as(file, found)
    except (FFmpegError, ValueError) as error:
        raise BrokenSound("not_sound", _words(error)) from error


def _as(file: BinaryIO, opening: Opening) -> InputContainer:
    return av.open(
        cast("BinaryIO", _Nameless(file, opening.offset)),
        "r",
        format=opening.format,
        options={**_OPTIONS, **opening.options},
        buffer_size=4 * BLOCK,
    )


def lanes_of(stream: AudioStream) -> int:
    """Lanes after decoding: as recorded, but more than two are mixed down to two."""
    return min(2, stream.codec_context.layout.nb_channels)


def decoded(container: InputContainer, stream: AudioStream) -> Iterator[Samples]:
    """Blocks of 16-bit samples, about `BLOCK` long, at the rate of the stream.

    Time that the file skips is given as silence, so that n samples are always n / rate seconds.
    """
    rate, lanes = stream.codec_context.sample_rate, lanes_of(stream)
    gather, clock = _Gatherer(rate, lanes), _Clock(rate)
    for frame in frames_of(container, stream):
        if missing := clock.missing_before(frame):
            yield from gather.flush()
            yield from _silence(missing, lanes)
        yield from gather.take(frame)
    yield from gather.flush()


def frames_of(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decoded frames; damaged packets are skipped. Raises BrokenSound if none can be decoded."""
    good = bad = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except FFmpegError:  # the container itself ends in rubbish: keep what came before
            break
        try:
            frames = packet.decode()
        except FFmpegError:
            bad += 1
            continue
        for frame in frames:
            good += 1
            yield frame
    if not good or bad > good:
        raise BrokenSound("undecodable", f"{bad} damaged packets, {good} good ones")


class _Clock:
    """Compares the times that frames carry with the samples counted so far."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._seconds = 0.0
        self._origin: float | None = None

    def missing_before(self, frame: AudioFrame) -> int:
        """Samples of silence that belong before the frame. Raises BrokenSound: too_long."""
        missing = 0
        if frame.pts is not None and frame.time_base is not None:
            time = frame.pts * frame.time_base.numerator / frame.time_base.denominator
            if self._origin is None or time < self._origin + self._seconds - _GAP_SECONDS:
                self._origin = time - self._seconds  # the first one, or a clock that was set back
            gap = time - self._origin - self._seconds
            if gap > _GAP_SECONDS:
                missing = round(gap * self._rate)
        self._seconds += missing / self._rate + frame.samples / frame.sample_rate
        if self._seconds > MAX_SECONDS:
            raise BrokenSound("too_long", f"more than {MAX_SECONDS // 3600} hours")
        return missing


class _Gatherer:
    """Gathers frames of whatever kind and turns them into blocks of samples of one kind."""

    def __init__(self, rate: int, lanes: int) -> None:
        self._rate, self._lanes = rate, lanes
        self._layout = "mono" if lanes == 1 else "stereo"
        self._fifo = AudioFifo()
        self._resampler = self._new_resampler()

    def take(self, frame: AudioFrame) -> Iterator[Samples]:
        frame.pts = None  # the count is the clock
        try:
            self._fifo.write(frame)
        except ValueError:  # from here on it is of another kind
            yield from self.flush()
            self._fifo = AudioFifo()
            self._fifo.write(frame)
        if self._fifo.samples >= BLOCK:
            yield from self._convert(self._fifo.read())

    def flush(self) -> Iterator[Samples]:
        yield from self._convert(self._fifo.read() if self._fifo.samples else None)
        yield from self._convert(None)
        self._resampler = self._new_resampler()

    def _new_resampler(self) -> AudioResampler:
        return AudioResampler("s16", self._layout, self._rate)

    def _convert(self, frame: AudioFrame | None) -> Iterator[Samples]:
        for converted in self._resampler.resample(frame):
            yield cast("Samples", converted.to_ndarray()).reshape(-1, self._lanes)


def _silence(count: int, lanes: int) -> Iterator[Samples]:
    while count > 0:
        size = min(count, BLOCK)
        yield np.zeros((size, lanes), np.int16)
        count -= size


def _words(error: Exception) -> str:
    with suppress(AttributeError):
        return str(error.strerror)  # type: ignore[attr-defined]
    return str(error)
