"""Times of a transcript moved against the sound, where the two do not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa_app.domain.turns import MAX_MS

MOST_MS = 3_600_000
"""How far a transcript can be moved at once: an hour."""


def shifted(turns: Sequence[Mapping[str, Any]], by_ms: int) -> list[dict[str, Any]]:
    """The same turns, later by `by_ms` (earlier where negative); none begins before 0.

    Times of day (`at`) stay. Texts and places in them stay.
    """

    def moved(time: int) -> int:
        return min(max(time + by_ms, 0), MAX_MS)

    changed = []
    for turn in turns:
        new = dict(turn)
        for name in ("from_ms", "to_ms"):
            if name in new:
                new[name] = moved(new[name])
        if "words" in new:
            new["words"] = [[place, moved(start), moved(end)] for place, start, end in new["words"]]
        changed.append(new)
    return changed
