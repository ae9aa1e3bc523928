"""Sounds of the kinds that go wrong: long, cut short, lying about themselves, in old codecs.

What can be heard in them is at known places: `clicks` at multiples of so many seconds, or voices
in given spans. The voices are made of harmonics under moving formants, and are taken for speech.
"""

from __future__ import annotations

import struct
import wave
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from tests.integration.adapters.sounds import Wave, clicks, write

RATE = 8000
Seconds = tuple[float, float]
"""From and to."""

_VOWELS = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (530, 1840, 2480),
    (570, 840, 2410),
    (300, 870, 2240),
)
_FORMANTS = ((1.0, 70), (0.5, 100), (0.25, 140))  # how loud, how wide in hertz
_SYLLABLE = 0.2
AGENT_HERTZ, CUSTOMER_HERTZ = 150, 120


@cache
def babble(seconds: float, *, rate: int = RATE, hertz: float = CUSTOMER_HERTZ) -> Wave:
    """A voice on one lane that says nothing but vowels, without a pause."""
    chance = np.random.default_rng(1)
    times = np.arange(int(seconds * rate)) / rate
    pitch = hertz * (
        1 + 0.12 * np.sin(2 * np.pi * 0.7 * times) + 0.04 * np.sin(2 * np.pi * 2.3 * times + 1)
    )
    place = times / _SYLLABLE
    syllable = place.astype(int)
    vowels = np.array(_VOWELS, float)[chance.integers(len(_VOWELS), size=syllable.max() + 1)]
    glide = np.clip((place - syllable) * 3, 0, 1)[:, None]
    formants = vowels[np.maximum(syllable - 1, 0)] * (1 - glide) + vowels[syllable] * glide
    sound = np.zeros(len(times))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    for number in range(1, int(3600 / hertz) + 1):
        tone = number * pitch
        strength = sum(
            loud / (1 + ((tone - formants[:, n]) / wide) ** 2)
            for n, (loud, wide) in enumerate(_FORMANTS)
        )
        sound += strength / np.sqrt(number) * np.sin(number * phase) * (tone < rate * 0.47)
    swell = 0.25 + 0.75 * np.sin(np.pi * (place - syllable)) ** 0.7
    sound = sound * swell + 0.02 * chance.normal(size=len(times)) * (1 - swell)
    return np.asarray(sound / np.abs(sound).max() * 12000, np.int16)[:, None]


def voices(
    seconds: float,
    agent: Sequence[Seconds],
    customer: Sequence[Seconds] | None = (),
    *,
    rate: int = RATE,
) -> Wave:
    """A call: the agent on the first lane, the customer on the second; None: one lane for all."""
    sound = np.zeros((int(seconds * rate), 1 if customer is None else 2), np.int16)
    for lane, (spans, hertz) in enumerate(((agent, AGENT_HERTZ), (customer or (), CUSTOMER_HERTZ))):
        for begin, end in spans:
            spoken = babble(round(end - begin, 3), rate=rate, hertz=hertz)
            first = int(begin * rate)
            sound[first : first + len(spoken), lane] = spoken[:, 0]
    return sound


def write_long(path: Path, minutes: int = 60, *, minute: Wave | None = None) -> Path:
    """Plain stereo PCM at 8 kHz, the same minute again and again: clicks every ten seconds."""
    content = (clicks(60, 10) if minute is None else minute).tobytes()
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        for _ in range(minutes):
            file.writeframesraw(content)
    return path


def write_gsm(path: Path, seconds: int, every: int) -> Path:
    """Raw GSM 06.10: a click of 20 ms at each multiple of `every` seconds."""
    frames = (_gsm_fields(is_loud) for is_loud in _loud_frames(seconds, every))
    path.write_bytes(b"".join(_packed([(0xD, 4), *fields], "big") for fields in frames))
    return path


def write_wave_gsm(path: Path, seconds: int, every: int) -> Path:
    """The same as Microsoft packs it: two frames in 65 bytes, in a WAVE."""
    loud = list(_loud_frames(seconds, every))
    data = b"".join(
        _packed([*_gsm_fields(first), *_gsm_fields(second)], "little")
        for first, second in zip(loud[::2], loud[1::2], strict=True)
    )
    kind = struct.pack("<HHIIHHHH", 0x31, 1, RATE, 1625, 65, 0, 2, 320)
    fact = struct.pack("<I", len(loud) * 160)
    body = _chunk(b"fmt ", kind) + _chunk(b"fact", fact) + _chunk(b"data", data)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body)
    return path


def write_vbr_mp3(path: Path, sound: Wave, *, rate: int = RATE, says_so: bool = True) -> Path:
    """MP3 of variable bit rate; `says_so`: with the Xing header that tells it."""
    options = {"flags": "+qscale", "global_quality": str(4 * 118)}
    muxer = {"write_xing": "1" if says_so else "0"}
    return write(
        path, sound, codec="libmp3lame", container="mp3", rate=rate, options=options, muxer=muxer
    )


def with_stated_frames(content: bytes, share: float) -> bytes:
    """An MP3 whose first frame states another number of frames: `share` of the true one."""
    place = max(content.find(b"Xing"), content.find(b"Info")) + 8
    (frames,) = struct.unpack_from(">I", content, place)
    return content[:place] + struct.pack(">I", int(frames * share)) + content[place + 4 :]


def with_tag_of(content: bytes, size: int) -> bytes:
    """Behind an ID3 tag that says it has so many bytes, and has none."""
    parts = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + parts + without_tag(content)


def without_tag(content: bytes) -> bytes:
    """What is behind the ID3 tag."""
    if content[:3] != b"ID3":
        return content
    a, b, c, d = content[6:10]
    return content[10 + (a << 21 | b << 14 | c << 7 | d) :]


def with_data_size(content: bytes, size: int) -> bytes:
    """A WAVE that states another size of its sound."""
    place = content.index(b"data") + 4
    return content[:place] + struct.pack("<I", size) + content[place + 4 :]


def _loud_frames(seconds: int, every: int) -> Iterable[bool]:
    return (number % (every * 50) == 0 for number in range(seconds * 50))


def _gsm_fields(is_loud: bool) -> list[tuple[int, int]]:
    """Values and bits of a frame (GSM 06.10, 1.7): a flat filter, pulses of alternating sign."""
    fields = list(zip((32, 32, 20, 11, 8, 5, 3, 2), (6, 6, 5, 5, 4, 4, 3, 3), strict=True))
    loudest = 55 if is_loud else 0
    pulses = [((7, 0) if is_loud else (4, 3))[number % 2] for number in range(13)]
    for _ in range(4):
        fields += [(40, 7), (0, 2), (0, 2), (loudest, 6), *((pulse, 3) for pulse in pulses)]
    return fields


def _packed(fields: Sequence[tuple[int, int]], order: str) -> bytes:
    """Bits one behind the other, the highest first (`big`) or the lowest first (`little`)."""
    number = length = 0
    for value, bits in fields:
        number = number << bits | value if order == "big" else number | value << length
        length += bits
    return number.to_bytes(length // 8, "big" if order == "big" else "little")


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
