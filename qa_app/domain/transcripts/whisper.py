"""Whisper and its relatives: openai-whisper, faster-whisper, WhisperX, whisper.cpp, OpenAI's API.

Sources: `segments[{start, end, text, words[{word, start, end}]}]` in seconds (openai/whisper,
`verbose_json`); WhisperX adds `speaker` to segments and words and leaves numerals without times;
whisper.cpp writes `transcription[{offsets{from, to}, text}]` in milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_app.domain.transcripts.model import (
    UNNAMED,
    Found,
    Notes,
    RawTurn,
    RawWord,
    is_number,
    label_of,
    mapping,
    milliseconds,
    objects,
    text_of,
)
from qa_app.domain.transcripts.words import turns_of_words

FORMAT, SPOKEN, CPP = "whisper", "whisperx", "whisper.cpp"
SECOND = 1000.0


def fits(document: object) -> bool:
    if isinstance(document, list):
        return bool(document) and _is_segment(document[0])
    holder = mapping(document)
    if isinstance(holder.get("transcription"), list):
        return _all_or_none(holder["transcription"], lambda one: "offsets" in one or "text" in one)
    return isinstance(holder.get("segments"), list) and _all_or_none(
        holder["segments"], lambda one: "text" in one and "start" in one
    )


def _is_segment(one: object) -> bool:
    return isinstance(one, Mapping) and "text" in one and is_number(one.get("start"))


def _all_or_none(items: list[Any], test: Any) -> bool:
    """Whether the first item passes, or there is none."""
    return not items or (isinstance(items[0], Mapping) and bool(test(items[0])))


def read(document: Any, notes: Notes) -> Found:
    if isinstance(document, Mapping) and isinstance(document.get("transcription"), list):
        return Found(_cpp(document, notes), form=CPP)
    holder = {"segments": document} if isinstance(document, list) else document
    prefix = "" if isinstance(document, Mapping) else "segments"
    turns: list[RawTurn] = []
    for where, segment in objects(holder, "segments", notes):
        turns += _segment(where.removeprefix(prefix), segment, notes)
    _carry_speakers(turns, notes)
    has_speakers = any(turn.label for turn in turns)
    return Found(turns, form=SPOKEN if has_speakers else FORMAT)


def _segment(where: str, segment: Mapping[str, Any], notes: Notes) -> list[RawTurn]:
    label = label_of(segment.get("speaker"), "speaker")
    words = read_words(where, segment, notes)
    if len({word.speaker for word in words if word.speaker}) > 1:
        return turns_of_words(f"{where}.words", words, label)
    turn = RawTurn(
        where,
        text_of(segment, "text", notes, where),
        label or next((word.speaker for word in words if word.speaker), UNNAMED),
        milliseconds(segment.get("start"), SECOND, notes, f"{where}.start"),
        milliseconds(segment.get("end"), SECOND, notes, f"{where}.end"),
        words=words,
    )
    return [turn]


def read_words(where: str, segment: Mapping[str, Any], notes: Notes) -> list[RawWord]:
    """The words of a segment; those without times (numerals in WhisperX) keep their text."""
    words = []
    for place, word in objects(segment, "words", notes, f"{where}."):
        words.append(
            RawWord(
                text_of(word, "word" if "word" in word else "text", notes, place),
                milliseconds(word.get("start"), SECOND, notes, f"{place}.start"),
                milliseconds(word.get("end"), SECOND, notes, f"{place}.end"),
                label_of(word.get("speaker"), "speaker") or None,
            )
        )
    return words


def _carry_speakers(turns: list[RawTurn], notes: Notes) -> None:
    """A segment without speaker among others that have one belongs to the one before it."""
    if not any(turn.label for turn in turns):
        return
    last = next(turn.label for turn in turns if turn.label)
    for turn in turns:
        if not turn.label:
            message = "Turns without a speaker were given to the one before: %(count)s."
            notes.warn(turn.where, "no_speaker", message)
            turn.label = last
        last = turn.label


def _cpp(document: Mapping[str, Any], notes: Notes) -> list[RawTurn]:
    turns = []
    for where, segment in objects(document, "transcription", notes):
        offsets = mapping(segment.get("offsets"))
        turns.append(
            RawTurn(
                where,
                text_of(segment, "text", notes, where),
                label_of(segment.get("speaker"), "speaker"),
                milliseconds(offsets.get("from"), 1, notes, f"{where}.offsets.from"),
                milliseconds(offsets.get("to"), 1, notes, f"{where}.offsets.to"),
            )
        )
    return turns
