"""The demo's conversations as an import folder: JSON Lines, and sound for some calls."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from qa_app.cli.demo import chat_extras
from qa_app.cli.demo.department import agent_numbers
from qa_app.cli.demo.schedule import HalfPlan, some_instant
from qa_app.cli.demo.sound import Turn, speak
from qa_app.cli.demo.texts import DemoConversation, Quality, generate

QUALITIES = tuple(Quality)


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation to import, and what is true about it."""

    external_id: str
    agent: str
    started_at: datetime
    about: DemoConversation
    seed: int

    @property
    def key(self) -> str:
        return f"demo:{self.external_id}"

    def row(self, spoken: list[Turn] | None = None, recording: str | None = None) -> dict[str, Any]:
        """The row of the native interchange; with sound, its turns have the sound's times."""
        about = self.about
        turns = self._timed(spoken) if about.channel == "call" else self._messages()
        row: dict[str, Any] = {
            "external_id": self.external_id,
            "channel": about.channel,
            "agent": self.agent,
            "started_at": self.started_at.isoformat(),
            "duration_s": self._seconds(turns, spoken),
            "direction": "inbound",
            "queue": about.queue,
            "product": about.product,
            "topic": about.topic,
            "customer_ref": about.customer,
            "language": about.language,
            "satisfaction": about.satisfaction,
            "disposition": about.disposition,
            "turns": turns,
        }
        if recording:
            row["recording"] = recording
        return row

    def _seconds(self, turns: list[dict[str, Any]], spoken: list[Turn] | None) -> int:
        if spoken:
            return spoken[-1][2] // 1000 + 1
        if self.about.channel == "call":
            return self.about.duration_ms // 1000
        last = datetime.fromisoformat(turns[-1]["at"])
        return int((last - self.started_at).total_seconds()) + 1

    def _timed(self, spoken: list[Turn] | None) -> list[dict[str, Any]]:
        """The lines of a call, with the sound's times where there is one."""
        times = spoken or [(turn.speaker, turn.from_ms, turn.to_ms) for turn in self.about.turns]
        return [
            {
                "speaker": turn.speaker,
                "text": turn.text,
                "from_ms": times[i][1],
                "to_ms": times[i][2],
            }
            for i, turn in enumerate(self.about.turns)
        ]

    def _messages(self) -> list[dict[str, Any]]:
        """The messages of a chat; in some the customer waits, or a note follows."""
        rng = Random(self.seed)  # noqa: S311 - made-up conversations
        language = self.about.language
        late = chat_extras.waits(rng, [turn.speaker for turn in self.about.turns])
        turns: list[dict[str, Any]] = []
        at = self.started_at
        for turn, seconds in zip(self.about.turns, late, strict=True):
            at = self.started_at + timedelta(milliseconds=turn.from_ms, seconds=seconds)
            turns.append({"speaker": turn.speaker, "text": turn.text, "at": at.isoformat()})
        chat_extras.add_picture(rng, language, turns)
        for turn_after in chat_extras.last_words(rng, language):
            at += timedelta(seconds=9)
            turns.append({**turn_after, "at": at.isoformat()})
        return turns


def make_talks(rng: Random, plan: HalfPlan, zone: ZoneInfo, count: int) -> list[Talk]:
    """`count` conversations of a half, each agent with a manner of their own."""
    manners = {number: _manner(index) for index, number in enumerate(agent_numbers())}
    talks = []
    for number in range(count):
        agent = rng.choice(list(manners))
        started_at = some_instant(rng, plan, zone)
        channel = "call" if rng.random() < 0.52 else "chat"
        language = "zh" if rng.random() < 0.75 else "en"
        quality = rng.choices(QUALITIES, manners[agent])[0]
        on = started_at.astimezone(zone).date()
        about = generate(rng, channel, language, quality, on=on)
        external_id = f"{channel}-{plan.half}-{number:05d}".lower()
        talks.append(Talk(external_id, agent, started_at, about, rng.getrandbits(31)))
    return talks


def _manner(index: int) -> tuple[float, float, float, float]:
    """How often an agent is excellent, good, fair, poor: from 55 % excellent to 15 %."""
    strength = (index * 7 % 24) / 23
    return (0.15 + 0.4 * strength, 0.45, 0.25 - 0.15 * strength, 0.15 - 0.13 * strength)


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """One JSON document a line."""
    with path.open("wb") as file:
        for row in rows:
            file.write(orjson.dumps(row) + b"\n")


def write_sounds(folder: Path, talks: list[Talk]) -> list[dict[str, Any]]:
    """A WAV beside the rows for each call; the rows that refer to them."""
    orders = [(talk.about, talk.seed, folder / f"{talk.external_id}.wav") for talk in talks]
    with ProcessPoolExecutor() as pool:
        spoken = list(pool.map(_speak, orders, chunksize=4))
    return [
        talk.row(turns, f"{talk.external_id}.wav")
        for talk, turns in zip(talks, spoken, strict=True)
    ]


def _speak(order: tuple[DemoConversation, int, Path]) -> list[Turn]:
    about, seed, path = order
    lines = [(turn.speaker, turn.text, about.language) for turn in about.turns]
    return speak(lines, seed, path)
