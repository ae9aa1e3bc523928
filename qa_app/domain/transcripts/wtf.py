"""World Transcription Format (draft-howe-vcon-wtf-extension): segments in seconds, words apart.

A segment's `words` are places in the document's `words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_app.domain.transcripts.model import (
    Found,
    Notes,
    RawTurn,
    RawWord,
    channel_of,
    label_of,
    listed,
    mapping,
    milliseconds,
    objects,
    text_of,
)
from qa_app.domain.transcripts.whisper import SECOND, read_words

FORMAT = "wtf"


def fits(document: object) -> bool:
    holder = mapping(document)
    return isinstance(holder.get("transcript"), Mapping) and isinstance(
        holder.get("segments"), list
    )


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    words = read_words("", document, notes)
    turns = []
    for where, segment in objects(document, "segments", notes):
        turns.append(
            RawTurn(
                where,
                text_of(segment, "text", notes, where),
                label_of(segment.get("speaker"), "speaker"),
                milliseconds(segment.get("start"), SECOND, notes, f"{where}.start"),
                milliseconds(segment.get("end"), SECOND, notes, f"{where}.end"),
                channel_of(segment.get("channel")),
                words=_words_of(where, segment, words, notes),
            )
        )
    return Found(turns, _names(document))


def _words_of(
    where: str, segment: Mapping[str, Any], words: list[RawWord], notes: Notes
) -> list[RawWord]:
    return [
        words[place]
        for place in listed(segment, "words", notes, f"{where}.words")
        if isinstance(place, int) and 0 <= place < len(words)
    ]


def _names(document: Mapping[str, Any]) -> dict[str, str]:
    """What `speakers` says: an object by number, each with a label of its own."""
    names = {}
    for key, speaker in mapping(document.get("speakers")).items():
        given = label_of(mapping(speaker).get("id", key))
        name = label_of(mapping(speaker).get("label"))
        names[given] = names[f"speaker {given}"] = name
    return names
