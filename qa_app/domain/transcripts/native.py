"""The interchange's own form: a list of turns, or an object that holds it as `turns`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from qa_app.domain.conversation import Speaker
from qa_app.domain.transcripts.model import MAX_SAMPLE, SpeakerFound, Transcript, Why, mapping
from qa_app.domain.turns import read_turns

FORMAT = "turns"


def fits(document: object) -> bool:
    return isinstance(document, list) or isinstance(mapping(document).get("turns"), list)


def read(document: Any, zone: tzinfo) -> Transcript:
    """The turns as they are: nothing is sorted or guessed. An empty list is no problem."""
    raw = document["turns"] if isinstance(document, Mapping) else document
    checked = read_turns(raw, zone)
    if checked.problems:
        return Transcript(FORMAT, problems=checked.problems, warnings=checked.warnings)
    turns = checked.to_list()
    labels = [turn["speaker"] for turn in turns]
    return Transcript(FORMAT, turns, labels, _speakers(turns), (), checked.warnings)


def _speakers(turns: list[dict[str, Any]]) -> tuple[SpeakerFound, ...]:
    found = []
    for label in dict.fromkeys(turn["speaker"] for turn in turns):
        own = [turn["text"] for turn in turns if turn["speaker"] == label]
        sample = next((text for text in own if len(text) > 12), own[0])
        sample = " ".join(sample.split())[:MAX_SAMPLE]
        found.append(SpeakerFound(label, Speaker(label), Why.STATED, len(own), sample))
    return tuple(found)
