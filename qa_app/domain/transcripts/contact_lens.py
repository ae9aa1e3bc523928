"""Amazon Transcribe Call Analytics and Amazon Connect Contact Lens: one schema family.

Source: Amazon Connect API, type Transcript (`ParticipantId`, `ParticipantRole`, `Content`,
`BeginOffsetMillis`, `EndOffsetMillis`); chats have `AbsoluteTime` and events between messages.
"""

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

FORMAT = "contact-lens"


def fits(document: object) -> bool:
    holder = mapping(document)
    said = holder.get("Transcript")
    if not isinstance(said, list):
        return False
    first = mapping(said[0]) if said else holder
    return bool({"ParticipantRole", "ParticipantId", "Participants"} & set(first))


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    turns = []
    for where, segment in objects(document, "Transcript", notes):
        if segment.get("Type") in ("EVENT", "event"):
            continue
        given = segment.get("ParticipantId") or segment.get("ParticipantRole")
        turns.append(
            RawTurn(
                where,
                text_of(segment, "Content", notes, where),
                label_of(given),
                milliseconds(
                    segment.get("BeginOffsetMillis"), 1, notes, f"{where}.BeginOffsetMillis"
                ),
                milliseconds(segment.get("EndOffsetMillis"), 1, notes, f"{where}.EndOffsetMillis"),
                at=segment.get("AbsoluteTime"),
                words=_words(where, segment, notes),
            )
        )
    return Found(turns, _names(document, notes))


def _words(where: str, segment: Mapping[str, Any], notes: Notes) -> list[RawWord]:
    return [
        RawWord(
            text_of(item, "Content", notes, place),
            milliseconds(item.get("BeginOffsetMillis"), 1, notes, f"{place}.BeginOffsetMillis"),
            milliseconds(item.get("EndOffsetMillis"), 1, notes, f"{place}.EndOffsetMillis"),
        )
        for place, item in objects(segment, "Items", notes, f"{where}.")
        if item.get("Type") != "punctuation"
    ]


def _names(document: Mapping[str, Any], notes: Notes) -> dict[str, str]:
    """The roles of participants: in their list, else beside what they say."""
    names: dict[str, str] = {}
    for _where, segment in objects(document, "Transcript", Notes()):
        if segment.get("ParticipantRole") is not None:
            label = label_of(segment.get("ParticipantId") or segment.get("ParticipantRole"))
            names[label] = label_of(segment.get("ParticipantRole"))
    for _where, one in objects(document, "Participants", notes):
        if one.get("ParticipantId") is not None:
            names[label_of(one.get("ParticipantId"))] = label_of(one.get("ParticipantRole"))
    return names
