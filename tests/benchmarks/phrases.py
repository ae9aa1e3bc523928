"""A year of chats against lists of 20,000 phrases, in a database of its own.

`python -m tests.benchmarks.phrases [--conversations N]` runs it alone, on SQLite.

The floor is pyahocorasick alone over the raw texts of the same conversations, read from the same
database in the same run: no normalisation, no word borders, no places, nothing written.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import ahocorasick
from sqlalchemy import func, insert, select

from qa_app.domain.phrases_matching import ListInForce, Matcher
from qa_app.domain.phrases_reading import load_phrase_list
from qa_app.domain.phrases_text import normalised
from qa_app.models import Conversation, PhraseHit, Transcript
from qa_app.queries.phrase_scans import ScanOrder, conversations_to_scan
from qa_app.security.context import Context
from qa_app.services.phrase_scans import AT_ONCE, run_scan
from qa_app.services.phrases import SHIPPED, publish_phrase_list
from qa_app.services.site import Site
from tests.benchmarks import measure
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import HEAD, Row
from tests.benchmarks.world import memory_mb, open_site
from tests.factories import make_person

PHRASES, TURNS = 20_000, 20
LATIN = ["order", "refund", "parcel", "number", "please", "thank", "address", "late", "again"]
COMMON = [chr(code) for code in range(0x4E00, 0x9000, 5)]
WEIGHTS = [1 / (place + 8) for place in range(len(COMMON))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=50_000)
    count = parser.parse_args().conversations
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as name:
        print(HEAD)
        for row in run(Path(name), f"sqlite:///{name}/phrases.db", count):
            print(row.text(), flush=True)
    return 0


def rows(bench: Bench) -> Iterator[Row]:
    """Every row about phrases, with as many chats as the largest flat site has conversations."""
    folder = bench.folder / "phrases"
    folder.mkdir()
    yield from run(folder, bench.new_database("phrases"), bench.largest)


def run(folder: Path, url: str, count: int) -> Iterator[Row]:
    site, random = open_site(folder, url), Random(7)
    words = made_phrases(random)
    definition = {
        "id": "big",
        "title": {"zh": "大", "en": "Big"},
        "kind": "sensitive",
        "phrases": "\n".join(words),
    }
    read = load_phrase_list(definition)
    lists = [ListInForce(1, 1, read)]
    normalised("made ready")
    yield measure.amount("build the automaton", measure.once(lambda: Matcher(lists)), "s", 1.0, 2)
    with site.writing() as ctx:
        fill(ctx, count, random)
        publish_phrase_list(ctx, definition, scan=False)
    begun = memory_mb(os.getpid(), "VmRSS")
    floor = count / measure.once(lambda: bare_search(site, words))
    for name in ("scan", "the same scan again"):
        seconds = measure.once(lambda: run_scan(site, 1, {"since": "2020-01-01"}, Nobody()))
        yield measure.rate(f"{name} (conversations)", count / seconds, floor, 1000)
    with site.writing() as ctx:
        for path in sorted(SHIPPED.glob("*.yaml")):
            publish_phrase_list(ctx, path, scan=False)
    seconds = measure.once(lambda: run_scan(site, 1, {"since": "2020-01-01"}, Nobody()))
    yield measure.rate("scan with the shipped lists as well", count / seconds, floor, 500)
    yield measure.amount(
        "memory that the scans added", memory_mb(os.getpid(), "VmRSS") - begun, "MB", 150
    )
    with site.reading() as ctx:
        hits = ctx.session.scalar(select(func.count()).select_from(PhraseHit)) or 0
    yield measure.amount("rows of hits", hits, "", None, 0)
    site.close()


class Nobody:
    """Watches a scan that no job runs."""

    def progress(self, done: int, total: int | None = None) -> None:
        pass

    def keep_place(self, ctx: Context, **place: object) -> None:
        pass


def made_phrases(random: Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < PHRASES:
        size = random.choice((3, 4, 4, 5, 6))
        found["".join(random.choices(COMMON, WEIGHTS, k=size))] = None
    return list(found)


def fill(ctx: Context, count: int, random: Random) -> None:
    agent = make_person(ctx)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    pool = [sentence(random) for _ in range(5000)]
    for first in range(0, count, 1000):
        chats: list[dict[str, Any]] = []
        talks: list[dict[str, Any]] = []
        for number in range(first + 1, min(first + 1000, count) + 1):
            at = now - timedelta(minutes=5 * number)
            talk = [
                {"speaker": ("agent", "customer")[n % 2], "text": random.choice(pool)}
                for n in range(TURNS)
            ]
            chats.append(
                {
                    "id": number,
                    "source": "bench",
                    "external_id": str(number),
                    "channel": "chat",
                    "agent_id": agent.id,
                    "started_at": at,
                    "local_date": at.date(),
                    "turn_count": TURNS,
                    "row_digest": "0" * 64,
                    "imported_at": now,
                    "updated_at": now,
                    "tags": "",
                }
            )
            talks.append({"conversation_id": number, "turns": talk})
        ctx.session.execute(insert(Conversation), chats)
        ctx.session.execute(insert(Transcript), talks)


def sentence(random: Random) -> str:
    parts = ["".join(random.choices(COMMON, WEIGHTS, k=random.randint(4, 14))) for _ in range(2)]
    latin = f" {random.choice(LATIN)} {random.randint(1, 99999)} " if random.random() < 0.3 else ""
    return f"{parts[0]}，{latin}{parts[1]}。"


def bare_search(site: Site, words: list[str]) -> int:
    automaton = ahocorasick.Automaton()
    for number, word in enumerate(words):
        automaton.add_word(word, number)
    automaton.make_automaton()
    found, after = 0, 0
    while True:
        with site.reading() as ctx:
            rows = conversations_to_scan(ctx.session, ScanOrder(), after=after, limit=AT_ONCE)
        if not rows:
            return found
        after = rows[-1].id
        for row in rows:
            for turn in row.turns:
                found += sum(1 for _ in automaton.iter(turn["text"]))


if __name__ == "__main__":
    raise SystemExit(main())
