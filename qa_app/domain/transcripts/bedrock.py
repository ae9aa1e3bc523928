"""Amazon Bedrock Data Automation, standard output of a call: `audio_segments`, `audio_items`."""

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

FORMAT = "bedrock-data-automation"
START, END = "start_timestamp_millis", "end_timestamp_millis"


def fits(document: object) -> bool:
    return isinstance(mapping(document).get("audio_segments"), list)


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    words = [
        RawWord(
            text_of(item, "content", notes, where),
            milliseconds(item.get(START), 1, notes, f"{where}.{START}"),
            milliseconds(item.get(END), 1, notes, f"{where}.{END}"),
        )
        for where, item in objects(document, "audio_items", notes)
    ]
    turns = []
    for where, segment in objects(document, "audio_segments", notes):
        lane = mapping(segment.get("channel")).get("channel_label")
        speaker = mapping(segment.get("speaker")).get("speaker_label")
        turns.append(
            RawTurn(
                where,
                text_of(segment, "text", notes, where),
                label_of(speaker, "spk") or label_of(lane, "channel"),
                milliseconds(segment.get(START), 1, notes, f"{where}.{START}"),
                milliseconds(segment.get(END), 1, notes, f"{where}.{END}"),
                channel_of(lane),
                words=[
                    words[place]
                    for place in listed(segment, "audio_item_indices", notes, where)
                    if isinstance(place, int) and 0 <= place < len(words)
                ],
            )
        )
    return Found(turns, merges=True)
