"""What everything must come to, worked out from the sets, the seeds and the rules alone.

Nothing of the product is used here: rows by the converters, tickets by hashlib and hmac, means
in fractions.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.real.convert_crosswoz import crosswoz_dialogues, crosswoz_row
from tests.real.convert_getgoing import getgoing_rows
from tests.real.convert_people import people, vcon_agents
from tests.real.convert_star import star_rows
from tests.real.department import CALL_QUOTA, CHAT_QUOTA, SHORTEST_CHAT_S, seed_of
from tests.real.shared_data import data_set

SITE = ZoneInfo("Asia/Shanghai")
QUOTAS = {"call": CALL_QUOTA, "chat": CHAT_QUOTA}


class Held(NamedTuple):
    """A conversation, as far as draws and figures care."""

    key: str
    agent: str
    channel: str
    period: str
    is_long_enough: bool


@lru_cache
def held() -> tuple[Held, ...]:
    """Every conversation of all four sets."""
    return (*_native(), *_vcons())


@lru_cache
def frames(period: str) -> dict[tuple[str, str], list[str]]:
    """The keys of each agent and channel of a half, in byte order."""
    found = defaultdict(list)
    for one in held():
        if one.period == period and one.is_long_enough:
            found[one.agent, one.channel].append(one.key)
    return {place: sorted(keys, key=str.encode) for place, keys in sorted(found.items())}


def commitment(period: str) -> str:
    return hashlib.sha256(bytes.fromhex(seed_of(period))).hexdigest()


def frame_digest(keys: list[str]) -> str:
    return hashlib.sha256("".join(f"{key}\n" for key in keys).encode()).hexdigest()


def ticket(period: str, key: str) -> str:
    return hmac.new(bytes.fromhex(seed_of(period)), key.encode(), hashlib.sha256).hexdigest()


def picks(period: str, channel: str, keys: list[str]) -> list[str]:
    """The keys with the lowest tickets, lowest first."""
    return sorted(keys, key=lambda key: ticket(period, key))[: QUOTAS[channel]]


def mean(scores: list[str]) -> str | None:
    """The mean of scores with two decimals, rounded half up, as with a pocket calculator."""
    if not scores:
        return None
    hundredths = sum(int(score.replace(".", "")) for score in scores)
    rounded = (2 * hundredths + len(scores)) // (2 * len(scores))
    return f"{rounded // 100}.{rounded % 100:02d}"


def figures(period: str, scores: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """The figures of a half, from the score of each key; without the ids of evaluations."""
    made = []
    for (agent, channel), frame in frames(period).items():
        counted = sorted(picks(period, channel, frame))
        known = [score for key in counted if (score := scores[key]) is not None]
        made.append(
            {
                "agent": agent,
                "channel": channel,
                "n": len(known),
                "mean": mean(known),
                "evaluations": [{"conversation": key, "score": scores[key]} for key in counted],
            }
        )
    return made


def _native() -> Iterator[Held]:
    dialogues = crosswoz_dialogues(data_set("chats-crosswoz-zh"))
    sources = {
        "star": star_rows(data_set("chats-star")),
        "crosswoz": (crosswoz_row(*one) for one in dialogues),
        "getgoing": getgoing_rows(data_set("calls-getgoing")),
    }
    for source, rows in sources.items():
        for row in rows:
            start = datetime.fromisoformat(row["started_at"])
            local = start.astimezone(SITE) if start.tzinfo else start
            counts = row["channel"] == "call" or row["duration_s"] >= SHORTEST_CHAT_S
            key = f"{source}:{row['external_id']}"
            yield Held(key, row["agent"], row["channel"], _half(local), counts)


def _vcons() -> Iterator[Held]:
    folder = data_set("calls-vcon-synthetic")
    emails = [email for email, _ in vcon_agents(folder)]
    for path in sorted(folder.glob("*.vcon.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        agent = next(one for one in document["parties"] if one["meta"]["role"] == "agent")
        number = f"V{emails.index(agent['mailto']) + 1:02d}"
        start = datetime.fromisoformat(document["dialog"][0]["start"]).replace(tzinfo=UTC)
        period = _half(start.astimezone(SITE))
        yield Held(f"vcon:{document['uuid']}", number, "call", period, True)


def _half(local: datetime) -> str:
    return f"{local:%Y-%m}-H{1 if local.day <= 15 else 2}"


def everybody() -> set[str]:
    return {row["employee_no"] for row in people()}
