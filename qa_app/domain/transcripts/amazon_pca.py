"""Amazon Transcribe Post Call Analytics: `SpeechSegments` in seconds, speakers named apart."""

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

FORMAT = "amazon-pca"
SECOND = 1000.0


def fits(document: object) -> bool:
    holder = mapping(document)
    return isinstance(holder.get("SpeechSegments"), list)


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    turns = []
    for where, segment in objects(document, "SpeechSegments", notes):
        name = "DisplayText" if "DisplayText" in segment else "OriginalText"
        turns.append(
            RawTurn(
                where,
                text_of(segment, name, notes, where),
                label_of(segment.get("SegmentSpeaker"), "spk"),
                _time(segment, "SegmentStartTime", where, notes),
                _time(segment, "SegmentEndTime", where, notes),
                words=_words(where, segment, notes),
            )
        )
    analytics = mapping(document.get("ConversationAnalytics"))
    place = "ConversationAnalytics."
    names = {
        label_of(one.get("Speaker"), "spk"): label_of(one.get("DisplayText"))
        for _where, one in objects(analytics, "SpeakerLabels", notes, place)
    }
    return Found(turns, names)


def _time(holder: Mapping[str, Any], name: str, where: str, notes: Notes) -> int | None:
    return milliseconds(holder.get(name), SECOND, notes, f"{where}.{name}")


def _words(where: str, segment: Mapping[str, Any], notes: Notes) -> list[RawWord]:
    return [
        RawWord(
            text_of(word, "Text", notes, place),
            _time(word, "StartTime", place, notes),
            _time(word, "EndTime", place, notes),
        )
        for place, word in objects(segment, "WordConfidence", notes, f"{where}.")
    ]
