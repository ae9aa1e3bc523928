"""`make bench`: both databases, 100,000 conversations (or `--conversations N`)."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from qa_app.queries.figures import period_figures
from qa_app.services.sampling_draws import run_draw
from qa_app.services.site import Site
from tests.benchmarks import floors, measure
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import HEAD, Row
from tests.benchmarks.world import (
    PERIOD,
    analyse,
    environment,
    memory_mb,
    open_site,
    run_command,
    served,
    write_chats,
)
from tests.infrastructure import postgres

PARTS = ("desk", "flatness", "ready", "sound", "seek", "phrases")
"""Modules of this package with `rows(bench) -> Iterator[Row]`; one that is missing is left out."""
NewDatabase = Callable[[str], str]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=100_000, help="of the largest flat site")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="of these parts")
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    kinds = [chosen.database] if chosen.database else ["sqlite", "postgresql"]
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        chats = folder / "chats.jsonl"
        write_chats(chats, chosen.conversations)
        for kind in kinds:
            with databases(kind, folder) as new_database:
                print(f"\n{kind}, {chosen.conversations:,} conversations of 20 turns\n{HEAD}")
                place = folder / f"site-{kind}"
                for row in run(place, new_database, chats, chosen):
                    print(row.text(), flush=True)
    return 0


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[NewDatabase]:
    """Makes fresh databases by name; PostgreSQL with fsync on, as in production."""
    (folder / f"site-{kind}").mkdir()
    if kind == "sqlite":
        yield lambda name: f"sqlite:///{folder / 'site-sqlite' / name}.db"
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

        def new_database(name: str) -> str:
            cluster.execute(f"CREATE DATABASE {name}")
            return cluster.url(name)

        yield new_database
    finally:
        cluster.stop()


def run(
    folder: Path, new_database: NewDatabase, chats: Path, chosen: argparse.Namespace
) -> Iterator[Row]:
    """Every row of one database, in the order of a half-month."""
    count: int = chosen.conversations
    url = new_database("bench")
    site, env = open_site(folder, url), environment(folder, url)
    yield from imports(site, env, chats, count)
    yield from draws(site, count)
    analyse(site)
    with served(env) as (port, seconds, pid):
        yield measure.amount("start until it answers", seconds, "s", 2.0)
        kind = "sqlite" if site.database.is_sqlite else "postgresql"
        bench = Bench(kind, folder, site, env, port, pid, new_database, chosen.rows)
        for name in chosen.only:
            yield from part(name)(bench)
        yield measure.amount("memory of the server after all this", memory_mb(pid), "MB", 200)
    yield from figures(site)
    site.close()


def part(name: str) -> Callable[[Bench], Iterator[Row]]:
    """The rows of a module of this package; none where it is missing or gives none."""
    if importlib.util.find_spec(f"tests.benchmarks.{name}") is None:
        return lambda _bench: iter(())
    module = importlib.import_module(f"tests.benchmarks.{name}")
    found: Callable[[Bench], Iterator[Row]] = getattr(module, "rows", lambda _bench: iter(()))
    return found


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
