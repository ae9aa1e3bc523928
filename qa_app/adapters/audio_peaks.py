"""Peaks of a recording: what the waveform is drawn from, counted on the decoded sound itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from qa_app.adapters.audio import probe
from qa_app.adapters.audio_decode import Samples, decoded, lanes_of, open_sound, opened
from qa_app.adapters.audio_spans import SILENT_BELOW, Shading, Span, shading
from qa_app.adapters.audio_voice import VoiceActivity

Int8s = npt.NDArray[np.int8]

POINTS_PER_SECOND = 20
FEWEST_POINTS = 800
_FORMAT = 1
_SAME_BELOW = 0.001  # -30 dB between what differs and what is common


@dataclass(frozen=True)
class Lane:
    """One channel: the lowest and highest sample of each point, and where somebody speaks."""

    low: Int8s
    high: Int8s
    speech: tuple[Span, ...]
    is_silent: bool


@dataclass(frozen=True)
class Peaks:
    """The waveform. Point `i` begins at sample `i * samples_per_point`, exactly."""

    sample_rate: int
    samples: int
    samples_per_point: int
    lanes: tuple[Lane, ...]
    shading: Shading
    lanes_are_same: bool = False
    """Two lanes that carry one sound: who speaks is not to be told from them."""

    @property
    def duration_ms(self) -> int:
        return round(self.samples * 1000 / self.sample_rate)

    @property
    def points(self) -> int:
        return len(self.lanes[0].low)


def peaks(source: Path | BinaryIO) -> Peaks:
    """Decode the whole sound, once, with flat memory, and take its peaks. Raises BrokenSound.

    `POINTS_PER_SECOND` points a second, more for short sounds, so that there are always enough
    for the width of a screen.
    """
    with opened(source) as file:
        info = probe(file)
        file.seek(0)
        with open_sound(file) as (container, stream):
            rate = stream.codec_context.sample_rate
            size = _samples_per_point(rate, info.duration_ms)
            expected = info.duration_ms * rate // 1000 // size + 2 * POINTS_PER_SECOND
            counter = _Counter(lanes_of(stream), size, expected)
            voices = VoiceActivity(lanes_of(stream), rate)
            for block in decoded(container, stream):
                counter.take(block)
                voices.take(block)
    return counter.finish(rate, voices.finish())


def encode(result: Peaks) -> bytes:
    """A line of JSON, a line feed, then for each lane low, high, low, high, … as signed bytes."""
    head = {
        "format": _FORMAT,
        "sample_rate": result.sample_rate,
        "samples": result.samples,
        "samples_per_point": result.samples_per_point,
        "points": result.points,
        "duration_ms": result.duration_ms,
        "lanes": [
            {"silent": lane.is_silent, "speech": [list(span) for span in lane.speech]}
            for lane in result.lanes
        ],
        "silence": [list(span) for span in result.shading.silence],
        "talk_over": [list(span) for span in result.shading.talk_over],
        "lanes_are_same": result.lanes_are_same,
    }
    body = b"".join(np.stack([lane.low, lane.high], 1).tobytes() for lane in result.lanes)
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + body


def decode(content: bytes) -> Peaks:
    """The opposite of `encode`. Raises ValueError if the content is something else."""
    line, _, body = content.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    points = int(head["points"])
    values = np.frombuffer(body, np.int8)
    if head["format"] != _FORMAT or len(values) != points * 2 * len(head["lanes"]):
        raise ValueError("not peaks")
    pairs = values.reshape(len(head["lanes"]), points, 2)
    return Peaks(
        sample_rate=int(head["sample_rate"]),
        samples=int(head["samples"]),
        samples_per_point=int(head["samples_per_point"]),
        lanes=tuple(
            Lane(pair[:, 0], pair[:, 1], _spans(lane["speech"]), bool(lane["silent"]))
            for pair, lane in zip(pairs, head["lanes"], strict=True)
        ),
        shading=Shading(_spans(head["silence"]), _spans(head["talk_over"])),
        lanes_are_same=bool(head.get("lanes_are_same", False)),
    )


class _Counter:
    """Takes blocks as they come and keeps two numbers for each point and lane.

    They go into arrays made beforehand: small ones, made between the large blocks that come and
    go, would keep the memory of those from ever being given back.
    """

    def __init__(self, lanes: int, samples_per_point: int, expected_points: int) -> None:
        self._size = samples_per_point
        self._rest: Samples = np.zeros((0, lanes), np.int16)
        self._low = np.zeros((lanes, expected_points), np.int16)
        self._high = np.zeros((lanes, expected_points), np.int16)
        self._loudest = np.zeros(lanes, np.float32)
        self._sameness = _Sameness()
        self._points = self._samples = 0

    def take(self, block: Samples) -> None:
        self._samples += len(block)
        self._sameness.take(block)
        samples = np.concatenate([self._rest, block]) if len(self._rest) else block
        whole = len(samples) // self._size * self._size
        if whole:
            self._count(samples[:whole], self._size)
        self._rest = samples[whole:].copy()

    def finish(self, rate: int, speech: list[list[Span]]) -> Peaks:
        if len(self._rest):
            self._count(self._rest, len(self._rest))
        n, same = self._points, self._sameness.is_same
        quietest = 10 ** (SILENT_BELOW / 10)
        lanes = tuple(
            Lane(_to_byte(low[:n]), _to_byte(high[:n]), tuple(spans), bool(loudest < quietest))
            for low, high, spans, loudest in zip(
                self._low, self._high, speech, self._loudest, strict=True
            )
        )
        duration_ms = round(self._samples * 1000 / rate)
        return Peaks(
            sample_rate=rate,
            samples=self._samples,
            samples_per_point=self._size,
            lanes=lanes,
            shading=shading(speech[:1] if same else speech, duration_ms),
            lanes_are_same=same,
        )

    def _count(self, samples: Samples, size: int) -> None:
        lanes = np.ascontiguousarray(samples.T).reshape(samples.shape[1], -1, size)
        begin, end = self._points, self._points + lanes.shape[1]
        self._make_room(end)
        lanes.min(axis=2, out=self._low[:, begin:end])
        lanes.max(axis=2, out=self._high[:, begin:end])
        floats = lanes.astype(np.float32) / 32768
        power = np.einsum("lps,lps->lp", floats, floats) / size
        np.maximum(self._loudest, power.max(axis=1), out=self._loudest)
        self._points = end

    def _make_room(self, points: int) -> None:
        missing = points - self._low.shape[1]
        if missing > 0:  # the length was underestimated
            more = ((0, 0), (0, missing + self._low.shape[1]))
            self._low, self._high = np.pad(self._low, more), np.pad(self._high, more)


class _Sameness:
    """Whether two lanes are copies of one, but for what a codec loses."""

    def __init__(self) -> None:
        self._difference = self._sum = 0.0

    def take(self, block: Samples) -> None:
        if block.shape[1] == 2:
            left, right = block[:, 0].astype(np.float32), block[:, 1].astype(np.float32)
            self._difference += float(np.dot(left - right, left - right))
            self._sum += float(np.dot(left + right, left + right))

    @property
    def is_same(self) -> bool:
        return self._sum > 0 and self._difference < _SAME_BELOW * self._sum


def _to_byte(samples: npt.NDArray[np.int16]) -> Int8s:
    return np.clip(np.rint(samples / 256), -128, 127).astype(np.int8)


def _samples_per_point(rate: int, duration_ms: int) -> int:
    wanted = max(POINTS_PER_SECOND, FEWEST_POINTS * 1000 / max(1, duration_ms))
    return max(1, int(rate / wanted))


def _spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple((int(begin), int(end)) for begin, end in pairs)
