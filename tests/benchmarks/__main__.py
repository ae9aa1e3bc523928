"""`make bench`: both databases, 100,000 conversations (or `--conversations N`)."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text

from qa_app.queries.figures import period_figures
from qa_app.queries.scorecards import newest_version
from qa_app.services.sampling_draws import run_draw
from qa_app.services.site import Site
from scorecards import load_shipped
from tests.benchmarks import floors, measure
from tests.benchmarks.client import Client, assets_of
from tests.benchmarks.measure import HEAD, Row
from tests.benchmarks.world import (
    GRADERS,
    PERIOD,
    environment,
    memory_mb,
    open_site,
    run_command,
    served,
    write_chats,
)
from tests.factories.grading import perfect_sheet
from tests.infrastructure import postgres


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    kinds = [chosen.database] if chosen.database else ["sqlite", "postgresql"]
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        chats = folder / "chats.jsonl"
        write_chats(chats, chosen.conversations)
        for kind in kinds:
            with database(kind, folder) as url:
                print(f"\n{kind}, {chosen.conversations:,} conversations of 20 turns\n{HEAD}")
                for row in run(folder / f"site-{kind}", url, chats, chosen.conversations):
                    print(row.text(), flush=True)
    return 0


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """A fresh database; PostgreSQL with fsync on, as in production."""
    (folder / f"site-{kind}").mkdir()
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'site-sqlite' / 'qa.db'}"
        return
    reason = postgres.why_not_available()
    if reason:
        sys.exit(reason)
    cluster = postgres.PostgresCluster(folder)
    cluster.start()
    try:
        cluster.execute("ALTER SYSTEM SET fsync = on")
        cluster.execute("ALTER SYSTEM SET synchronous_commit = on")
        cluster.execute("SELECT pg_reload_conf()")
        cluster.execute("CREATE DATABASE bench")
        yield cluster.url("bench")
    finally:
        cluster.stop()


def run(folder: Path, url: str, chats: Path, count: int) -> Iterator[Row]:
    """Every row of one database, in the order of a half-month."""
    site, env = open_site(folder, url), environment(folder, url)
    yield from imports(site, env, chats, count)
    yield from draws(site, count)
    if not site.database.is_sqlite:
        with site.database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    with served(env) as (port, seconds, pid):
        yield measure.amount("start until it answers", seconds, "s", 2.0)
        yield from pages(port)
        yield from submissions(site, port)
        yield measure.amount("memory of the server after all this", memory_mb(pid), "MB", 200)
    yield from figures(site)
    site.close()


def imports(site: Site, env: dict[str, str], chats: Path, count: int) -> Iterator[Row]:
    floor = floors.raw_inserts(site, chats)
    words = ("conversations", "import", str(chats), "--json")
    for name, goal in (("import", 20_000), ("the same import again", None)):
        seconds, memory, _ = run_command(env, *words)
        yield measure.rate(f"{name} (parse, check, write)", count / seconds, floor, goal)
        yield measure.amount(f"{name}: memory of the main process", memory, "MB", 256)


def draws(site: Site, count: int) -> Iterator[Row]:
    floor = floors.hashed_keys(count)
    with site.writing() as ctx:
        seconds = measure.once(lambda: run_draw(ctx, PERIOD, "bench"))
    yield measure.rate("draw (conversations looked at)", count / seconds, floor, None)


def pages(port: int) -> Iterator[Row]:
    client = Client(port, "grader0")
    floor = measure.many(lambda _: client.get("/health"), range(200))
    yield measure.latency("floor: an answer with one query", floor, None, None)
    opened: list[str] = []
    times = measure.many(lambda _: opened.append(client.open_next()[1]), range(100))
    yield measure.latency("next + open (two requests)", times, floor, 8)
    path = client.open_next()[0]
    times = measure.many(lambda _: client.get(path), range(100))
    yield measure.latency("open the grading desk (one request)", times, floor, 8)
    yield measure.amount("grading page, warm: bytes", client.bytes_received / 1000, "kB", 30)
    cold = client.bytes_received
    for path in assets_of(opened[0]):
        client.get(path)
        cold += client.bytes_received
    yield measure.amount("grading page, cold: bytes sent", cold / 1e6, "MB", 0.4, 2)
    first = measure.many(lambda _: client.get("/conversations/"), range(60))
    yield measure.latency("list, first page", first, floor, 15)
    last = measure.many(lambda _: client.get("/conversations/?to=2026-10-01"), range(60))
    yield measure.latency("list, filtered to its oldest day", last, floor, 15)


def submissions(site: Site, port: int) -> Iterator[Row]:
    with site.reading() as ctx:
        assert newest_version(ctx, "chat-text") is not None
    sheet = perfect_sheet(load_shipped("chat-text"))
    document = {"base_version": 0, "changes": sheet, "summary": "", "tab": "b", "step": 1}
    alone = Client(port, "grader0")
    paths = [alone.open_next()[0] for _ in range(1)]
    times = []
    for _ in range(60):
        path = paths[-1]
        times.append(measure.once(lambda path=path: _submit(alone, path, document, paths)) * 1000)
    yield measure.latency("submit, one client", times, None, 8)
    clients = [Client(port, f"grader{number}") for number in range(GRADERS)]
    yield from _together(clients, document)


def _submit(
    client: Client, path: str, document: dict[str, Any], paths: list[str] | None = None
) -> str:
    answer = client.post_json(f"{path}/submit", document)
    if paths is not None:
        paths.append(answer["next"])
    following: str = answer["next"]
    return following


def _together(clients: list[Client], document: dict[str, Any]) -> Iterator[Row]:
    """Eight graders at once: submissions alone, then the whole cycle with opening."""
    for name, opens, goal, goal_ms in (
        ("submit", False, 150, 80),
        ("open + submit", True, 60, 200),
    ):
        times: list[float] = []

        def work(client: Client, opens: bool = opens, times: list[float] = times) -> None:
            path = client.open_next()[0]
            for _ in range(30):
                begun = time.perf_counter()
                if opens:
                    client.get(path)
                path = _submit(client, path, document)
                times.append((time.perf_counter() - begun) * 1000)

        threads = [threading.Thread(target=work, args=(client,)) for client in clients]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - begun
        yield measure.rate(f"{name}, 8 clients", len(times) / seconds, None, goal)
        late = measure.p95(times)
        yield measure.amount(f"{name}, 8 clients: p95", late, "ms", goal_ms)


def figures(site: Site) -> Iterator[Row]:
    with site.reading() as ctx:
        document = period_figures(ctx, PERIOD)
        seconds = measure.once(lambda: period_figures(ctx, PERIOD))
    scores = sum(figure["n"] for figure in document["figures"])
    yield measure.amount(
        f"provisional figures ({scores} evaluations, {len(document['figures'])} agents)",
        seconds * 1000,
        "ms",
        None,
    )
    size = len(orjson.dumps(document))
    yield measure.amount("their document", size / 1000, "kB", None)


if __name__ == "__main__":
    sys.exit(main())
