"""Azure AI Language, Conversation analysis: the request body with its `conversationItems`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_app.domain.transcripts.model import (
    Found,
    Notes,
    RawTurn,
    RawWord,
    label_of,
    mapping,
    milliseconds,
    objects,
    text_of,
)

FORMAT = "azure-conversation"
TICK = 0.0001
PLACES = (
    ("analysisInput.conversations[0].", ("analysisInput", "conversations")),
    ("conversations[0].", ("conversations",)),
)


def fits(document: object) -> bool:
    return _first(mapping(document))[1] is not None


def _first(document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any] | None, int]:
    """Place and content of the first conversation, and how many there are."""
    if isinstance(document.get("conversationItems"), list):
        return "", document, 1
    for place, names in PLACES:
        found: Any = document
        for name in names:
            found = mapping(found).get(name)
        if isinstance(found, list) and found:
            first = mapping(found[0])
            if isinstance(first.get("conversationItems"), list):
                return place, first, len(found)
    return "", None, 0


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    place, conversation, count = _first(document)
    if count > 1:
        message = "It holds several conversations, of which the first was taken."
        notes.warn(place, "several_conversations", message)
    turns, names = [], {}
    for where, item in objects(conversation or {}, "conversationItems", notes, place):
        label = label_of(item.get("participantId")) or label_of(item.get("role"))
        if item.get("role"):
            names[label] = label_of(item.get("role"))
        start, end = _span(f"{where}.conversationItemLevelTiming", item, notes)
        turns.append(
            RawTurn(
                where,
                text_of(item, "text", notes, where),
                label,
                start,
                end,
                words=_words(where, item, notes),
            )
        )
    return Found(turns, names)


def _span(where: str, item: Mapping[str, Any], notes: Notes) -> tuple[int | None, int | None]:
    timing = mapping(item.get("conversationItemLevelTiming"))
    return _ticks(where, timing, notes)


def _ticks(where: str, timing: Mapping[str, Any], notes: Notes) -> tuple[int | None, int | None]:
    start = milliseconds(timing.get("offset"), TICK, notes, f"{where}.offset")
    length = milliseconds(timing.get("duration"), TICK, notes, f"{where}.duration")
    return start, None if start is None or length is None else start + length


def _words(where: str, item: Mapping[str, Any], notes: Notes) -> list[RawWord]:
    return [
        RawWord(text_of(word, "word", notes, place), *_ticks(place, word, notes))
        for place, word in objects(item, "audioTimings", notes, f"{where}.")
    ]
