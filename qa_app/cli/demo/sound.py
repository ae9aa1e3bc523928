"""Makes the sound of demo calls: two voices on two lanes, spoken where the voice package is
installed, else as tones that rise and fall like syllables. Nothing of the database."""

from __future__ import annotations

import math
import re
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa_app.adapters.voices import Mono, Voice, Voices, installed_voices

RATE = 8000
SHORTEST_SECONDS, LONGEST_SECONDS = 31.0, 88.0

Line = tuple[str, str, str]
"""Speaker (agent or customer), text, language (zh or en)."""

Turn = tuple[str, int, int]
"""Speaker, from and to in milliseconds."""

_SYLLABLE_SECONDS = 0.19
_FASTEST = 0.55
_PAUSES = re.compile(r"[,.;:!?，。；：！？、…]")
_SYLLABLE = re.compile(r"[\u4e00-\u9fff]|\d|[aeiouy]+", re.IGNORECASE)

_SPOKEN = {
    ("agent", "en"): (("en-us+f2", 55), ("en-us+f4", 60), ("en-us+Annie", 50)),
    ("customer", "en"): (("en+m3", 35), ("en-us+m7", 40), ("en-gb-scotland+m1", 30)),
    ("agent", "zh"): (("cmn+f2", 55), ("cmn+f4", 60), ("cmn+Annie", 50)),
    ("customer", "zh"): (("cmn+m3", 35), ("cmn+m7", 40), ("cmn+m1", 30)),
}


@dataclass(frozen=True)
class _Speaker:
    """One party of one call."""

    lane: int
    voice: int
    hertz: float


def speak(lines: Sequence[Line], seed: int, out_path: Path, *, spoken: bool = True) -> list[Turn]:
    """Write a stereo WAV (8 kHz, 16 bit), agent on the first lane; who speaks when.

    The same lines and seed give the same tones to the byte, the same voices up to some
    milliseconds; with `spoken` false it is always tones. Pace and
    pauses are fitted so that a service call of usual length takes 30 to 90 seconds; a much longer
    text takes longer.
    """
    chance = np.random.default_rng(seed)
    library = installed_voices() if spoken else None
    speakers = {
        "agent": _Speaker(0, int(chance.integers(3)), float(chance.uniform(190, 250))),
        "customer": _Speaker(1, int(chance.integers(3)), float(chance.uniform(95, 150))),
    }
    pace = _pace(lines)
    said = [
        (_party(speaker), _say(library, speakers[_party(speaker)], text, language, pace, chance))
        for speaker, text, language in lines
    ]
    starts = _starts([(who, len(sound)) for who, sound in said], chance)
    lanes = _mixed(said, starts, speakers, chance)
    _write(out_path, lanes)
    return [
        (who, _milliseconds(start), _milliseconds(start + len(sound)))
        for (who, sound), start in zip(said, starts, strict=True)
    ]


def _party(speaker: str) -> str:
    return "customer" if speaker == "customer" else "agent"


def _syllables(text: str) -> int:
    return max(1, len(_SYLLABLE.findall(text)))


def _pace(lines: Sequence[Line]) -> float:
    """Share of the natural length that keeps the call below `LONGEST_SECONDS`."""
    natural = sum(_syllables(text) * _SYLLABLE_SECONDS + 0.35 for _, text, _ in lines)
    room = LONGEST_SECONDS - 6 - 0.55 * len(lines)
    return min(1.0, max(_FASTEST, room / max(1.0, natural)))


def _starts(spoken: Sequence[tuple[str, int]], chance: np.random.Generator) -> list[int]:
    """The first sample of each turn: short pauses, now and then an interruption or a hold."""
    starts, at, before = [], int(0.6 * RATE), ""
    for who, length in spoken:
        kind = chance.random()
        gap = float(chance.uniform(0.25, 0.75))
        if who != before and before and kind < 0.06:
            gap = -float(chance.uniform(0.5, 0.9))
        elif kind > 0.95:
            gap = float(chance.uniform(2.5, 4.0))
        at = max(0, at + int(gap * RATE))
        starts.append(at)
        at, before = at + length, who
    missing = int(SHORTEST_SECONDS * RATE) - at
    if missing > 0 and len(starts) > 1:  # looking something up takes its time
        each = missing // (len(starts) - 1)
        starts = [start + i * each for i, start in enumerate(starts)]
    return starts


def _mixed(
    spoken: Sequence[tuple[str, Mono]],
    starts: Sequence[int],
    speakers: dict[str, _Speaker],
    chance: np.random.Generator,
) -> npt.NDArray[np.int16]:
    end = max(start + len(sound) for start, (_, sound) in zip(starts, spoken, strict=True))
    lanes = np.zeros((2, end + int(0.8 * RATE)), np.float32)
    for start, (who, sound) in zip(starts, spoken, strict=True):
        lanes[speakers[who].lane, start : start + len(sound)] += sound
    noise = chance.normal(0, 0.0003, (2, RATE * 3)).astype(np.float32)
    lanes += np.resize(noise.T, lanes.shape[::-1]).T.astype(np.float32)
    mixed: npt.NDArray[np.int16] = (np.clip(lanes.T, -1, 1) * 32000).astype(np.int16)
    return mixed


def _say(
    library: Voices | None,
    speaker: _Speaker,
    text: str,
    language: str,
    pace: float,
    chance: np.random.Generator,
) -> Mono:
    if library is None:
        return _tones(text, speaker.hertz, pace, chance)
    who = "agent" if speaker.lane == 0 else "customer"
    name, pitch = _SPOKEN[who, "zh" if language.startswith("zh") else "en"][speaker.voice]
    voice = Voice(name, pitch, round(min(330, 205 / pace)))
    sound = _at_rate(library.say(text, voice), library.sample_rate)
    loudest = float(np.max(np.abs(sound))) if len(sound) else 0.0
    return sound * np.float32(0.6 / loudest) if loudest else np.zeros(RATE // 4, np.float32)


def _at_rate(sound: Mono, rate: int) -> Mono:
    """Band-limited to what a telephone carries, at its rate."""
    if not len(sound):
        return sound
    unit = rate // math.gcd(rate, RATE) * 64  # sizes with small factors keep the transform fast
    padded = np.zeros(-(-len(sound) // unit) * unit, np.float32)
    padded[: len(sound)] = sound
    size = len(padded) * RATE // rate
    spectrum = np.fft.rfft(padded)[: size // 2 + 1]
    spectrum[: int(200 * size / RATE)] = 0
    narrow = np.fft.irfft(spectrum, size) * (size / len(padded))
    return narrow[: len(sound) * RATE // rate].astype(np.float32)


def _tones(text: str, hertz: float, pace: float, chance: np.random.Generator) -> Mono:
    """One hum per syllable, with a pause at each mark of punctuation."""
    pieces = []
    for phrase in _PAUSES.split(text):
        if phrase.strip():
            pieces += [_phrase(_syllables(phrase), hertz, pace, chance)]
            pieces += [np.zeros(int(0.16 * pace * RATE), np.float32)]
    return np.concatenate(pieces[:-1] or [np.zeros(RATE // 4, np.float32)])


def _phrase(syllables: int, hertz: float, pace: float, chance: np.random.Generator) -> Mono:
    lengths = (chance.uniform(0.14, 0.23, syllables) * pace * RATE).astype(int)
    edges = np.concatenate(([0], np.cumsum(lengths)))
    place = np.arange(edges[-1], dtype=np.float32)
    inside = (place - np.repeat(edges[:-1], lengths)) / np.repeat(lengths, lengths)
    loudness = np.repeat(chance.uniform(0.5, 1.0, syllables), lengths)
    envelope = np.minimum(1, inside * 8) * np.minimum(1, (1 - inside) * 3) * loudness
    melody = hertz * np.repeat(chance.uniform(0.85, 1.2, syllables), lengths)
    melody *= 1.08 - 0.16 * place / max(1, edges[-1])  # a sentence falls towards its end
    phase = (np.cumsum(melody) * (2 * np.pi / RATE)).astype(np.float32)
    colour = np.repeat(chance.uniform(0.2, 0.7, syllables), lengths)
    hum = np.sin(phase) + colour * np.sin(2 * phase) + (0.8 - colour) * np.sin(5 * phase)
    said: Mono = (0.28 * envelope * hum).astype(np.float32)
    return said


def _write(path: Path, lanes: npt.NDArray[np.int16]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(lanes.astype("<i2").tobytes())


def _milliseconds(sample: int) -> int:
    return round(sample * 1000 / RATE)
