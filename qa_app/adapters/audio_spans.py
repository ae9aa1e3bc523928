"""Who speaks when, judged by loudness alone: for shading a waveform, never for a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Span = tuple[int, int]
"""From and to, in milliseconds."""

SILENT_BELOW = -55.0
"""dBFS: a lane that never gets louder carries no speech."""

_ABOVE_NOISE = 12.0
_NOISE_PERCENTILE = 20
_BRIDGE_MS = 350
_SHORTEST_MS = 150


@dataclass(frozen=True, slots=True)
class Shading:
    """Spans to shade over a whole conversation."""

    silence: tuple[Span, ...]
    talk_over: tuple[Span, ...]


def speaking(power: npt.NDArray[np.float64], point_ms: float) -> list[Span]:
    """Spans in which a lane speaks, from its mean power (0..1) per point."""
    decibels = 10 * np.log10(np.maximum(power, 1e-12))
    if not len(decibels) or float(np.max(decibels)) < SILENT_BELOW:
        return []
    noise = float(np.percentile(decibels, _NOISE_PERCENTILE))
    loud = decibels > min(max(noise + _ABOVE_NOISE, SILENT_BELOW), float(np.max(decibels)) - 20)
    spans = _runs(loud, point_ms)
    joined: list[Span] = []
    for begin, end in spans:
        if joined and begin - joined[-1][1] <= _BRIDGE_MS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return [span for span in joined if span[1] - span[0] >= _SHORTEST_MS]


def shading(
    lanes: Sequence[Sequence[Span]],
    duration_ms: int,
    *,
    silence_ms: int = 3000,
    talk_over_ms: int = 500,
) -> Shading:
    """Where nobody speaks for `silence_ms`, and where both lanes speak for `talk_over_ms`."""
    voices = sorted(span for lane in lanes for span in lane)
    silence, at = [], 0
    for begin, end in [*voices, (duration_ms, duration_ms)]:
        if begin - at >= silence_ms:
            silence.append((at, begin))
        at = max(at, end)
    over = _overlaps(lanes[0], lanes[1]) if len(lanes) > 1 else []
    long_enough = tuple(span for span in over if span[1] - span[0] >= talk_over_ms)
    return Shading(silence=tuple(silence), talk_over=long_enough)


def _overlaps(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    found, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        begin, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if begin < end:
            found.append((begin, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return found


def _runs(loud: npt.NDArray[np.bool_], point_ms: float) -> list[Span]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
    times = [round(float(edge) * point_ms) for edge in edges]
    return list(zip(times[::2], times[1::2], strict=True))
