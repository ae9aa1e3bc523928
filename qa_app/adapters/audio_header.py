"""What the first bytes of a sound file state about its length, read without decoding anything."""

from __future__ import annotations

import struct
from typing import BinaryIO

# Recorders that write to a pipe cannot go back to fill in the size and leave one of these.
_NEVER_FILLED_IN = 0x7FFFF000


def stated_wave_bytes(file: BinaryIO) -> tuple[int, int] | None:
    """Bytes of sound that a RIFF WAVE header promises, and those that are there.

    None when it is no such file or its size was never filled in.
    """
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
            begin = file.tell()
            there = file.seek(0, 2) - begin
            return (size, min(size, there)) if 0 < size < _NEVER_FILLED_IN else None
        file.seek(size + size % 2, 1)
    return None


def states_mpeg_frames(file: BinaryIO) -> bool:
    """Whether an MP3 says in its first frame how many frames follow (a Xing or Info header)."""
    file.seek(0)
    head = file.read(10)
    begin = 0
    if head[:3] == b"ID3" and len(head) == 10:
        a, b, c, d = head[6:10]
        begin = 10 + (a << 21 | b << 14 | c << 7 | d)
    file.seek(begin)
    first = file.read(256)
    return b"Xing" in first or b"Info" in first
