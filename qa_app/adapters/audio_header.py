"""What the first bytes of a sound file state about it, and whether that can be true.

Headers lie: recorders are killed, tools copy tags that belonged to another file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

# Recorders that write to a pipe cannot go back to fill in the size and leave one of these.
_NEVER_FILLED_IN = 0x7FFFF000
_SEARCHED = 2 * 1024 * 1024
_CHAIN = 5

_BITRATES = {  # kbit/s by (is MPEG 1, layer)
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file is to be opened: from which byte, as what, with which options of FFmpeg."""

    offset: int = 0
    format: str | None = None
    options: dict[str, str] = field(default_factory=dict)


class WaveData(NamedTuple):
    """The bytes of sound that a RIFF WAVE header promises, and those that are there."""

    stated: int
    there: int
    is_wrong: bool
    """The sound goes on where the header says that it has ended."""


def how_to_open(file: BinaryIO) -> Opening:
    """As it is, but for a WAVE that is longer than it says and an MP3 behind a lying tag."""
    wave = wave_data(file)
    if wave is not None and wave.is_wrong:
        return Opening(options={"ignore_length": "1"})
    file.seek(0)
    head = file.read(10)
    if head[:3] != b"ID3" or len(head) < 10:
        return Opening()
    file.seek(_end_of_tag(head))
    if _is_chain(file.read(16384).lstrip(b"\0")):
        return Opening()
    return mpeg_inside(file) or Opening()


def mpeg_inside(file: BinaryIO) -> Opening | None:
    """Where a run of MPEG audio frames begins, if one does among what comes first."""
    file.seek(0)
    content = file.read(_SEARCHED)
    at = content.find(b"\xff")
    while at >= 0:
        if _is_chain(content[at : at + 16384]):
            return Opening(offset=at, format="mp3")
        at = content.find(b"\xff", at + 1)
    return None


def wave_data(file: BinaryIO) -> WaveData | None:
    """What is said and true of the sound of a WAVE; None: no such file, or no size filled in."""
    file.seek(0)
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    for _ in range(100):
        chunk = file.read(8)
        if len(chunk) < 8:
            return None
        name, size = struct.unpack("<4sI", chunk)
        if name == b"data":
            return _wave_data(file, size) if 0 < size < _NEVER_FILLED_IN else None
        file.seek(size + size % 2, 1)
    return None


def _wave_data(file: BinaryIO, stated: int) -> WaveData:
    begin = file.tell()
    there = file.seek(0, 2) - begin
    rest = there - stated - stated % 2
    if rest < 8:
        return WaveData(stated, min(stated, there), is_wrong=False)
    file.seek(begin + stated + stated % 2)
    name, size = struct.unpack("<4sI", file.read(8))
    is_chunk = all(32 <= letter < 127 for letter in name) and size <= rest - 8
    return WaveData(stated, stated if is_chunk else there, is_wrong=not is_chunk)


def stated_mpeg_seconds(file: BinaryIO) -> float | None:
    """The length by the first frame of an MP3 (Xing, Info), unless it contradicts itself.

    One that counts the bytes which are there, yet more frames, is not believed.
    """
    opening = how_to_open(file)
    begin = opening.offset
    file.seek(begin)
    head = file.read(10)
    if head[:3] == b"ID3" and len(head) == 10:
        begin = _end_of_tag(head)
    file.seek(begin)
    first = file.read(256)
    place = max(first.find(b"Xing"), first.find(b"Info"))
    frame = _frame(first, 0)
    if place < 0 or frame is None or len(first) < place + 16:
        return None
    flags, frames, size = struct.unpack_from(">III", first, place + 4)
    there = file.seek(0, 2) - begin
    if not flags & 1 or (flags & 2 and size <= there * 1.01):
        return None
    return float(frames * frame.samples / frame.rate)


class _Frame(NamedTuple):
    kind: tuple[int, int, int]
    length: int
    samples: int
    rate: int


def _frame(content: bytes, at: int) -> _Frame | None:
    """The MPEG audio frame whose header is there; None if there is none."""
    if at + 4 > len(content) or content[at] != 0xFF or content[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = content[at + 1] >> 3 & 3, 4 - (content[at + 1] >> 1 & 3)
    bitrate, rate, padding = (
        content[at + 2] >> 4,
        content[at + 2] >> 2 & 3,
        content[at + 2] >> 1 & 1,
    )
    if version == 1 or layer == 4 or bitrate in (0, 15) or rate == 3:
        return None
    bits = _BITRATES[version == 3, layer][bitrate] * 1000
    hertz = _RATES[version][rate]
    samples = 384 if layer == 1 else 576 if layer == 3 and version != 3 else 1152
    slot = 4 if layer == 1 else 1
    length = (samples // 8 // slot * bits // hertz + padding) * slot
    return _Frame((version, layer, rate), length, samples, hertz)


def _is_chain(content: bytes) -> bool:
    """Whether the content begins with several frames of one kind, each right behind the other."""
    at, kind, count = 0, None, 0
    while count < _CHAIN:
        frame = _frame(content, at)
        if frame is None or kind not in (None, frame.kind):
            return False
        at, kind, count = at + frame.length, frame.kind, count + 1
    return True


def _end_of_tag(head: bytes) -> int:
    a, b, c, d = head[6:10]
    return 10 + (a << 21 | b << 14 | c << 7 | d)
