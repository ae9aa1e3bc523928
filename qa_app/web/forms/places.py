"""Reads places in a sound as people write them: 42, 1:02, 1:02.5, 1:00:02."""

from __future__ import annotations

import re

_PLACE = re.compile(
    r"(?:(?:([0-9]{1,2}):)?([0-9]{1,3}):)?([0-9]{1,5})(?:[.,]([0-9]{1,3}))?", re.ASCII
)
NOWHERE = -1


def read_place_in_sound(text: str) -> int:
    """Milliseconds; NOWHERE for what is no place."""
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        return NOWHERE
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((found[4] or "0").ljust(3, "0"))
