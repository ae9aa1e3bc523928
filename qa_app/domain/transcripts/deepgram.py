"""Deepgram's answer: utterances, else paragraphs, else words, else the text of each channel.

Source: Deepgram's documentation of pre-recorded audio (`results.channels[].alternatives[]`,
`results.utterances[]`, features Utterances, Paragraphs, Multichannel, Diarization); seconds.
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
from qa_app.domain.transcripts.words import joined, turns_of_words

FORMAT = "deepgram"
SECOND = 1000.0


def fits(document: object) -> bool:
    results = mapping(mapping(document).get("results"))
    return isinstance(results.get("channels"), list) or isinstance(results.get("utterances"), list)


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    results = mapping(document["results"])
    lanes = listed(results, "channels", notes, "results.channels")
    many = len(lanes) > 1
    if results.get("utterances"):
        found = [
            _utterance(where, one, notes, many)
            for where, one in objects(results, "utterances", notes, "results.")
        ]
        return Found(found, merges=True)
    turns: list[RawTurn] = []
    for number, (where, lane) in enumerate(objects(results, "channels", notes, "results.")):
        choices = objects(lane, "alternatives", notes, f"{where}.")
        if not choices:
            continue
        spoken = _lane(*choices[0], notes)
        for turn in spoken:
            turn.channel = number if many else None
            turn.label = _label(turn.label, turn.channel)
        turns += spoken
    return Found(turns, merges=True)


def _label(speaker: str, channel: int | None) -> str:
    """The lane where there are several: speakers are counted anew on each."""
    if channel is None:
        return speaker
    return f"channel {channel}" if speaker in ("", "speaker 0") else f"channel {channel} {speaker}"


def _utterance(where: str, one: Mapping[str, Any], notes: Notes, many: bool) -> RawTurn:
    channel = channel_of(one.get("channel")) if many else None
    return RawTurn(
        where,
        text_of(one, "transcript", notes, where),
        _label(label_of(one.get("speaker"), "speaker"), channel),
        milliseconds(one.get("start"), SECOND, notes, f"{where}.start"),
        milliseconds(one.get("end"), SECOND, notes, f"{where}.end"),
        channel,
        words=_words(where, one, notes),
    )


def _lane(where: str, best: Mapping[str, Any], notes: Notes) -> list[RawTurn]:
    words = _words(where, best, notes)
    paragraphs = mapping(best.get("paragraphs"))
    if paragraphs.get("paragraphs"):
        return _paragraphs(f"{where}.paragraphs.", paragraphs, words, notes)
    if words:
        return turns_of_words(f"{where}.words", words)
    return [RawTurn(where, text_of(best, "transcript", notes, where))]


def _paragraphs(
    prefix: str, holder: Mapping[str, Any], words: list[RawWord], notes: Notes
) -> list[RawTurn]:
    turns = []
    for where, one in objects(holder, "paragraphs", notes, prefix):
        sentences = objects(one, "sentences", notes, f"{where}.")
        text, _places = joined(text_of(line, "text", notes, place) for place, line in sentences)
        start = milliseconds(one.get("start"), SECOND, notes, f"{where}.start")
        end = milliseconds(one.get("end"), SECOND, notes, f"{where}.end")
        own = [
            word
            for word in words
            if None not in (start, end, word.from_ms)
            and (start or 0) <= (word.from_ms or 0) <= (end or 0)
        ]
        label = label_of(one.get("speaker"), "speaker")
        turns.append(RawTurn(where, text, label, start, end, words=own))
    return turns


def _words(where: str, holder: Mapping[str, Any], notes: Notes) -> list[RawWord]:
    return [
        RawWord(
            text_of(word, "punctuated_word" if "punctuated_word" in word else "word", notes, place),
            milliseconds(word.get("start"), SECOND, notes, f"{place}.start"),
            milliseconds(word.get("end"), SECOND, notes, f"{place}.end"),
            label_of(word.get("speaker"), "speaker") or None,
        )
        for place, word in objects(holder, "words", notes, f"{where}.")
    ]
