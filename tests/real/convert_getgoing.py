"""calls-getgoing (62 telephone calls) as rows of the native interchange, with their recordings.

Rules:
- agent: the set has one automatic agent; it is spread over G1..G4 by a hash of the caller's
  number modulo 4, so that a caller always reaches the same one.
- start: the UTC time of metadata.json, moved into May 2020 with its day and time of day. Length:
  end - start of log.json, whose US-Eastern times only serve as a length.
- turns: the log's lines in order without times; SSML tags and a leading "!b" are taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.real.shared_data import number_from

SOURCE = "getgoing"
AGENTS = 4
SPEAKERS = {"TTS": "agent", "USER": "customer"}
TAG = re.compile(r"<[^<>]*>")


def getgoing_calls(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "calls").iterdir() if path.is_dir())


def getgoing_row(call: Path) -> dict[str, Any]:
    log, metadata = (_read(call / name) for name in ("log.json", "metadata.json"))
    length = datetime.fromisoformat(log["end_time"]) - datetime.fromisoformat(log["start_time"])
    return {
        "external_id": metadata["uuid"],
        "channel": "call",
        "agent": f"G{number_from(metadata['number']) % AGENTS + 1}",
        "started_at": moved(metadata["time"]).isoformat(),
        "duration_s": int(length.total_seconds()),
        "direction": "inbound",
        "queue": "directions",
        "customer_ref": metadata["number"][:16],
        "language": "en",
        "recording": f"calls/{call.name}/recording.wav",
        "turns": [turn for line in log["history"] if (turn := getgoing_turn(line))],
    }


def getgoing_rows(folder: Path) -> Iterator[dict[str, Any]]:
    return map(getgoing_row, getgoing_calls(folder))


def moved(time: str) -> datetime:
    return datetime.fromisoformat(time).replace(year=2020, month=5)


def getgoing_turn(line: str) -> dict[str, str] | None:
    """A line of the log as a turn; None where nothing is left of it."""
    who, _, said = line.partition(" ")
    text = " ".join(TAG.sub(" ", said).split()).removeprefix("!b").strip()
    return {"speaker": SPEAKERS[who], "text": text} if text else None


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
