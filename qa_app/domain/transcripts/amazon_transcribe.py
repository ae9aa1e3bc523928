"""Amazon Transcribe, standard output: items, with speaker labels or channels.

Source: Amazon Transcribe developer guide, "Example output" of speaker partitioning and of channel
identification (`results.items`, `results.speaker_labels`, `results.channel_labels`); times are
seconds in text, punctuation has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from qa_app.domain.transcripts.words import turns_of_words

FORMAT = "amazon-transcribe"
SECOND = 1000.0
Items = Iterable[tuple[str, Mapping[str, Any]]]


def fits(document: object) -> bool:
    results = mapping(mapping(document).get("results"))
    return isinstance(results.get("items"), list) and (
        "transcripts" in results or "speaker_labels" in results or "channel_labels" in results
    )


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    results = mapping(document["results"])
    lanes = mapping(results.get("channel_labels"))
    if isinstance(lanes.get("channels"), list):
        prefix = "results.channel_labels."
        turns: list[RawTurn] = []
        for where, lane in objects(lanes, "channels", notes, prefix):
            items = objects(lane, "items", notes, f"{where}.")
            label = label_of(lane.get("channel_label"), "channel")
            found = turns_of_words(f"{where}.items", _words(items, {}, notes), label)
            for turn in found:
                turn.channel = channel_of(lane.get("channel_label"))
            turns += found
        return Found(turns, merges=True)
    items = objects(results, "items", notes, "results.")
    speakers = _speakers(mapping(results.get("speaker_labels")), notes)
    return Found(turns_of_words("results.items", _words(items, speakers, notes)))


def _speakers(labels: Mapping[str, Any], notes: Notes) -> dict[str, str]:
    """Who speaks at a start time, where the items themselves do not say (older output)."""
    found = {}
    for where, segment in objects(labels, "segments", notes, "results.speaker_labels."):
        for _place, item in objects(segment, "items", notes, f"{where}."):
            found[_key(item.get("start_time"))] = label_of(item.get("speaker_label"), "spk")
    return found


def _words(items: Items, speakers: Mapping[str, str], notes: Notes) -> list[RawWord]:
    words = []
    for where, item in items:
        start = item.get("start_time")
        speaker = label_of(item.get("speaker_label"), "spk") or speakers.get(_key(start))
        words.append(
            RawWord(
                _content(where, item, notes),
                milliseconds(start, SECOND, notes, f"{where}.start_time"),
                milliseconds(item.get("end_time"), SECOND, notes, f"{where}.end_time"),
                None if item.get("type") == "punctuation" else speaker or None,
            )
        )
    return words


def _key(time: object) -> str:
    return str(time) if isinstance(time, str | float) else ""


def _content(where: str, item: Mapping[str, Any], notes: Notes) -> str:
    choices = listed(item, "alternatives", notes, f"{where}.alternatives")
    best = mapping(choices[0]) if choices else {}
    return text_of(best, "content", notes, f"{where}.alternatives[0]")
