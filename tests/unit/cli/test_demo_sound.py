"""The sound of demo calls: two lanes, half a minute to a minute and a half, turns where it says."""

from __future__ import annotations

import wave
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import pytest

from qa_app.adapters.voices import Voice, installed_voices
from qa_app.cli.demo.sound import Line, speak
from qa_app.cli.demo.texts import generate

LANES = {"agent": 0, "customer": 1}


def _lines(seed: int, language: str = "zh") -> list[Line]:
    conversation = generate(Random(seed), "call", language, "fair")
    return [(turn.speaker, turn.text, language) for turn in conversation.turns]


def _samples(path: Path) -> npt.NDArray[np.int16]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def _loudness(samples: npt.NDArray[np.int16], lane: int, begin: int, end: int) -> float:
    part = samples[begin * 8 : end * 8, lane].astype(float)
    return float(np.sqrt(np.mean(part**2)))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("seed", range(5))
def test_each_turn_is_heard_on_its_own_lane_when_it_is_said_to_be(
    tmp_path: Path, language: str, seed: int
) -> None:
    lines = _lines(seed, language)
    turns = speak(lines, seed, tmp_path / "call.wav", spoken=False)
    samples = _samples(tmp_path / "call.wav")
    assert [speaker for speaker, _, _ in turns] == [speaker for speaker, _, _ in lines]
    assert 30 <= len(samples) / 8000 <= 92
    for speaker, begin, end in turns:
        assert 0 <= begin < end <= len(samples) / 8
        assert _loudness(samples, LANES[speaker], begin, end) > 500
    quiet = [at for at in range(500) if at < turns[0][1] - 20]
    assert _loudness(samples, 0, quiet[0], quiet[-1]) < 30


def test_the_same_seed_gives_the_same_sound_and_another_seed_another_voice(tmp_path: Path) -> None:
    a, b, c = (tmp_path / name for name in "abc")
    speak(_lines(1), 1, a, spoken=False)
    speak(_lines(1), 1, b, spoken=False)
    speak(_lines(1), 2, c, spoken=False)
    assert a.read_bytes() == b.read_bytes() != c.read_bytes()


def test_a_very_short_text_is_stretched_by_pauses(tmp_path: Path) -> None:
    lines = [("agent", "您好。", "zh"), ("customer", "打错了。", "zh"), ("agent", "好的。", "zh")]
    speak(lines, 1, tmp_path / "call.wav", spoken=False)
    assert len(_samples(tmp_path / "call.wav")) / 8000 >= 30


def test_text_without_a_single_syllable_still_makes_a_sound_file(tmp_path: Path) -> None:
    speak([("agent", "……", "zh"), ("customer", "?", "en")], 1, tmp_path / "call.wav", spoken=False)
    assert len(_samples(tmp_path / "call.wav")) > 8000


def test_the_two_speakers_are_heard_at_different_pitch(tmp_path: Path) -> None:
    speak(_lines(4), 4, tmp_path / "call.wav", spoken=False)
    samples = _samples(tmp_path / "call.wav")
    pitch = []
    for lane in (0, 1):
        spectrum = np.abs(np.fft.rfft(samples[:, lane].astype(float)))
        hertz = np.fft.rfftfreq(len(samples), 1 / 8000)
        fundamental = (hertz > 70) & (hertz < 300)
        pitch.append(float(hertz[fundamental][np.argmax(spectrum[fundamental])]))
    assert pitch[0] > pitch[1] + 20


@pytest.mark.skipif(
    installed_voices() is None, reason="the optional voice package is not installed"
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_voices_speak_both_languages_where_they_are_installed(
    tmp_path: Path, language: str
) -> None:
    turns = speak(_lines(2, language), 2, tmp_path / "call.wav")
    samples = _samples(tmp_path / "call.wav")
    for speaker, begin, end in turns:
        assert _loudness(samples, LANES[speaker], begin, end) > 300


@pytest.mark.skipif(
    installed_voices() is None, reason="the optional voice package is not installed"
)
def test_a_voice_that_does_not_exist_is_refused() -> None:
    voices = installed_voices()
    assert voices is not None
    with pytest.raises(ValueError, match="no voice"):
        voices.say("hello", Voice("nobody-speaks-this"))
