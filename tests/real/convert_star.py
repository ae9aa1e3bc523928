"""chats-star (2,400 English service chats) as rows of the native interchange.

Rules where the set does not say it in so many words:
- agent: "S" and the first 8 digits of the worker id; conversation: the dialogue id.
- times are the set's own (May 2020 in both halves, no shift); a dialogue without any event
  starts at the set's first second + hash of its id modulo the set's length, and lasts 0 s.
- turns: what the customer saw, so no notes, look-ups and requests for suggestions.
- satisfaction: 5 where the customer calls the agent calm and helpful, 1 where not, else none.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.real.shared_data import number_from

SOURCE = "star"
FIRST_SECOND, LAST_SECOND = 1589306051, 1590539748
SEEN = {("User", "utter"): "customer", ("Wizard", "utter"): "agent"}
SEEN[("Wizard", "pick_suggestion")] = "agent"


def star_dialogues(folder: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(folder / "star-dialogues.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def star_agent(worker_id: str) -> str:
    return "S" + worker_id[:8]


def star_row(dialogue: dict[str, Any]) -> dict[str, Any]:
    started, ended = _span(dialogue)
    scenario = dialogue["Scenario"]
    row = {
        "external_id": str(dialogue["DialogueID"]),
        "channel": "chat",
        "agent": star_agent(dialogue["AnonymizedWizardWorkerID"]),
        "started_at": _iso(started),
        "duration_s": ended - started,
        "direction": "inbound",
        "product": scenario["Domains"][0],
        "topic": scenario["WizardCapabilities"][0]["Task"],
        "customer_ref": dialogue["AnonymizedUserWorkerID"],
        "language": "en",
        "tags": [dialogue["CompletionLevel"], *(["several tasks"] * scenario["MultiTask"])],
        "turns": [
            {
                "speaker": SEEN[event["Agent"], event["Action"]],
                "text": event["Text"],
                "at": _iso(event["UnixTime"]),
            }
            for event in dialogue["Events"]
            if (event["Agent"], event["Action"]) in SEEN
        ],
    }
    verdict = _calm_and_helpful(dialogue)
    return row if verdict is None else row | {"satisfaction": 5 if verdict else 1}


def star_rows(folder: Path) -> Iterator[dict[str, Any]]:
    return map(star_row, star_dialogues(folder))


def _span(dialogue: dict[str, Any]) -> tuple[int, int]:
    times = [event["UnixTime"] for event in dialogue["Events"] if "UnixTime" in event]
    if times:
        return min(times), max(times)
    placed = number_from(f"{SOURCE}:{dialogue['DialogueID']}") % (LAST_SECOND - FIRST_SECOND)
    return FIRST_SECOND + placed, FIRST_SECOND + placed


def _calm_and_helpful(dialogue: dict[str, Any]) -> bool | None:
    for asked in dialogue["UserQuestionnaire"]:
        if "calm and helpful" in asked["Question"] and isinstance(asked["Answer"], bool):
            return bool(asked["Answer"])
    return None


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
