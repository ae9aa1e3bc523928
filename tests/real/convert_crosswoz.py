"""chats-crosswoz-zh (500 Chinese travel-desk chats) as rows of the native interchange.

Rules, for the set has no times:
- agent: "CW" and the worker id in three digits; conversation: the dialogue id.
- start: h = hash of the dialogue id; day 1 + h mod 31 of May 2020, second (h div 31) mod 9 hours
  after 9:00 in Shanghai, written as local time of the site, without offset.
- message i is written 20 s x i after the start; the chat lasts 20 s x its messages.
- product: the domain of the first goal.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.real.shared_data import number_from

SOURCE = "crosswoz"
OPENS = datetime(2020, 5, 1, 9)
OPEN_S = 9 * 3600
STEP_S = 20
SPEAKERS = {"usr": "customer", "sys": "agent"}
COLUMNS = (
    "external_id",
    "channel",
    "agent",
    "started_at",
    "duration_s",
    "product",
    "customer_ref",
    "language",
    "transcript",
)


def crosswoz_dialogues(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with gzip.open(folder / "val.json.gz", "rt", encoding="utf-8") as file:
        yield from json.load(file).items()


def crosswoz_agent(worker_id: int) -> str:
    return f"CW{worker_id:03d}"


def crosswoz_start(dialogue_id: str) -> datetime:
    """Local time of the site."""
    placed = number_from(f"{SOURCE}:{dialogue_id}")
    return OPENS + timedelta(days=placed % 31, seconds=placed // 31 % OPEN_S)


def crosswoz_row(dialogue_id: str, dialogue: dict[str, Any]) -> dict[str, Any]:
    """A row for a CSV file, whose transcript is a file of its own."""
    agent, customer = dialogue["sys-usr"]
    return {
        "external_id": dialogue_id,
        "channel": "chat",
        "agent": crosswoz_agent(agent),
        "started_at": crosswoz_start(dialogue_id).isoformat(sep=" "),
        "duration_s": STEP_S * len(dialogue["messages"]),
        "product": dialogue["goal"][0][1],
        "customer_ref": f"C{customer:03d}",
        "language": "zh",
        "transcript": f"transcripts/{dialogue_id}.json",
    }


def crosswoz_turns(dialogue_id: str, dialogue: dict[str, Any]) -> list[dict[str, str]]:
    start = crosswoz_start(dialogue_id)
    return [
        {
            "speaker": SPEAKERS[message["role"]],
            "text": message["content"],
            "at": (start + timedelta(seconds=STEP_S * number)).isoformat(),
        }
        for number, message in enumerate(dialogue["messages"])
    ]
