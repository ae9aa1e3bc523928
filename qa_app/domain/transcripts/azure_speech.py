"""Azure Speech: batch transcription (`recognizedPhrases`) and fast transcription (`phrases`).

Source: Microsoft's "Get batch transcription results" (offset and duration as ISO 8601, as ticks of
100 ns, or as milliseconds; `nBest[].display`, `words`, `displayWords`) and "Use the fast
transcription API" (`offsetMilliseconds`, `durationMilliseconds`, `text`, `words`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qa_app.domain.transcripts.model import (
    Found,
    Notes,
    RawTurn,
    RawWord,
    channel_of,
    label_of,
    mapping,
    milliseconds,
    objects,
    text_of,
)

FORMAT = "azure-speech"
TICK = 0.0001
ISO = re.compile(
    r"PT(?:([0-9]{1,4})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,12})?)S)?", re.ASCII
)


def fits(document: object) -> bool:
    holder = mapping(document)
    if isinstance(holder.get("recognizedPhrases"), list):
        return True
    return isinstance(holder.get("phrases"), list) and (
        "combinedPhrases" in holder or "durationMilliseconds" in holder or "duration" in holder
    )


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    name = "recognizedPhrases" if "recognizedPhrases" in document else "phrases"
    found = objects(document, name, notes)
    lanes = {channel_of(one.get("channel")) for _where, one in found}
    turns = []
    for where, one in found:
        if one.get("recognitionStatus") in (None, "Success"):
            turns.append(_phrase(where, one, len(lanes) > 1, notes))
    return Found(turns, merges=True)


def _phrase(where: str, one: Mapping[str, Any], many: bool, notes: Notes) -> RawTurn:
    choices = objects(one, "nBest", notes, f"{where}.")
    inside, best = choices[0] if choices else (where, one)
    start, end = _span(where, one, notes)
    channel = channel_of(one.get("channel")) if many else None
    speaker = label_of(one.get("speaker"), "speaker")
    if channel is not None:
        speaker = f"channel {channel} {speaker}" if speaker else f"channel {channel}"
    return RawTurn(
        where,
        text_of(best, "display" if "display" in best else "text", notes, inside),
        speaker,
        start,
        end,
        channel,
        words=_words(inside, best, notes) or _words(where, one, notes),
    )


def _words(where: str, holder: Mapping[str, Any], notes: Notes) -> list[RawWord]:
    name = "displayWords" if holder.get("displayWords") else "words"
    words = []
    for place, word in objects(holder, name, notes, f"{where}."):
        key = next((key for key in ("displayText", "text", "word") if key in word), "word")
        words.append(RawWord(text_of(word, key, notes, place), *_span(place, word, notes)))
    return words


def _span(where: str, holder: Mapping[str, Any], notes: Notes) -> tuple[int | None, int | None]:
    start = _time(where, holder, "offset", notes)
    length = _time(where, holder, "duration", notes)
    return start, None if start is None or length is None else start + length


def _time(where: str, holder: Mapping[str, Any], name: str, notes: Notes) -> int | None:
    """Milliseconds, ticks or ISO 8601: whichever is there."""
    for suffix, unit in (("Milliseconds", 1.0), ("InTicks", TICK)):
        if holder.get(f"{name}{suffix}") is not None:
            key = f"{name}{suffix}"
            return milliseconds(holder[key], unit, notes, f"{where}.{key}")
    value = holder.get(name)
    if isinstance(value, str) and (match := ISO.fullmatch(value)):
        hours, minutes, seconds = (float(part or 0) for part in match.groups())
        value = (hours * 60 + minutes) * 60_000 + seconds * 1000
    return milliseconds(value, 1, notes, f"{where}.{name}")
