"""Who speaks when: spans of speech, and from those silence and talk-over; never for a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_app.domain.sound_figures import SILENCE_MS, Span, silences, talk_over

__all__ = ["SILENT_BELOW", "Shading", "Span", "shading", "speaking"]

SILENT_BELOW = -55.0
"""dBFS: a lane that never gets louder carries no speech."""

_BEGINS, _ENDS = 0.5, 0.35
_BRIDGE_MS = 320
_SHORTEST_MS = 120


@dataclass(frozen=True, slots=True)
class Shading:
    """Spans to shade over a whole conversation."""

    silence: tuple[Span, ...]
    talk_over: tuple[Span, ...]


def speaking(likely: npt.NDArray[np.float64], stretch_ms: float) -> list[Span]:
    """Spans in which a lane speaks, from the likelihood of speech (0..1) of each stretch.

    A span begins where speech is more likely than not and ends where it is clearly not; pauses
    within a breath are bridged, and what is shorter than a word is left out.
    """
    certain = np.flatnonzero(likely >= _BEGINS)
    spans = [
        span
        for span, first, past in _runs(likely >= _ENDS, stretch_ms)
        if np.searchsorted(certain, first) < np.searchsorted(certain, past)
    ]
    joined: list[Span] = []
    for begin, end in spans:
        if joined and begin - joined[-1][1] <= _BRIDGE_MS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return [span for span in joined if span[1] - span[0] >= _SHORTEST_MS]


def shading(lanes: Sequence[Sequence[Span]], duration_ms: int) -> Shading:
    """Where nobody speaks for long enough to be a silence, and where both lanes speak."""
    quiet = silences(lanes, duration_ms)
    return Shading(
        silence=tuple(span for span in quiet if span[1] - span[0] >= SILENCE_MS),
        talk_over=tuple(talk_over(lanes[0], lanes[1])) if len(lanes) > 1 else (),
    )


def _runs(loud: npt.NDArray[np.bool_], stretch_ms: float) -> list[tuple[Span, int, int]]:
    """Each run of what is true: its span of time, its first place and the place past it."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
    return [
        ((round(first * stretch_ms), round(past * stretch_ms)), int(first), int(past))
        for first, past in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    ]
