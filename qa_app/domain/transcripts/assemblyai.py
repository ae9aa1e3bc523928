"""AssemblyAI's transcript: utterances by speaker or channel, else words.

Source: AssemblyAI's API reference (`utterances[{speaker, channel, text, start, end, words}]`,
`words[{text, start, end, speaker}]`): milliseconds, channels counted from 1. Files with seconds
are about as well: they are told by fractions, or by ending within `audio_duration`.
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
    is_number,
    label_of,
    mapping,
    milliseconds,
    objects,
    text_of,
)
from qa_app.domain.transcripts.words import turns_of_words

FORMAT = "assemblyai"
MARKS = ("audio_duration", "status", "audio_url", "language_confidence", "acoustic_model")


def fits(document: object) -> bool:
    holder = mapping(document)
    if not any(mark in holder for mark in MARKS):
        return False
    return any(isinstance(holder.get(name), list) for name in ("utterances", "words"))


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    unit = _unit_ms(document, notes)
    if not document.get("utterances"):
        return Found(turns_of_words("words", _words("", document, unit, notes)))
    turns = []
    for where, one in objects(document, "utterances", notes):
        channel = channel_of(one.get("channel"))
        label = label_of(one.get("speaker")) or label_of(one.get("channel"), "channel")
        turns.append(
            RawTurn(
                where,
                text_of(one, "text", notes, where),
                label,
                milliseconds(one.get("start"), unit, notes, f"{where}.start"),
                milliseconds(one.get("end"), unit, notes, f"{where}.end"),
                channel,
                words=_words(f"{where}.", one, unit, notes),
            )
        )
    return Found(turns, merges=True)


def _words(prefix: str, holder: Mapping[str, Any], unit: float, notes: Notes) -> list[RawWord]:
    return [
        RawWord(
            text_of(word, "text", notes, place),
            milliseconds(word.get("start"), unit, notes, f"{place}.start"),
            milliseconds(word.get("end"), unit, notes, f"{place}.end"),
            label_of(word.get("speaker")) or label_of(word.get("channel"), "channel") or None,
        )
        for place, word in objects(holder, "words", notes, prefix)
    ]


def _unit_ms(document: Mapping[str, Any], notes: Notes) -> float:
    name = "utterances" if document.get("utterances") else "words"
    times = [
        one[key]
        for _where, one in objects(document, name, Notes())
        for key in ("start", "end")
        if is_number(one.get(key))
    ]
    length = document.get("audio_duration")
    in_seconds = any(isinstance(time, float) and not time.is_integer() for time in times) or (
        isinstance(length, int | float) and bool(times) and 0 < max(times) <= length
    )
    if in_seconds:
        message = "Its times are seconds, although this format has milliseconds."
        notes.warn(name, "in_seconds", message)
    return 1000.0 if in_seconds else 1.0
