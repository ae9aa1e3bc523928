"""What the machine needs for the bare minimum of each job, measured in the same run."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text

from qa_app.services.site import Site
from tests.benchmarks.measure import once

COLUMNS = 16


def raw_inserts(site: Site, path: Path) -> float:
    """Conversations a second: parsed, and written by the driver into two tables without indexes."""
    rows, turns = [], []
    for number, line in enumerate(path.open("rb")):
        document = orjson.loads(line)
        said = orjson.dumps(document.pop("turns")).decode()
        values = [str(value) for value in document.values()]
        rows.append((number, *values, *[""] * (COLUMNS - 1 - len(values))))
        turns.append((number, said))
    names = ", ".join(f"c{number}" for number in range(COLUMNS))
    with site.database.engine.connect() as connection:
        connection.execute(text("DROP TABLE IF EXISTS floor_rows"))
        connection.execute(text("DROP TABLE IF EXISTS floor_turns"))
        connection.execute(text(f"CREATE TABLE floor_rows ({names.replace(',', ' TEXT,')} TEXT)"))
        connection.execute(text("CREATE TABLE floor_turns (id TEXT, turns TEXT)"))
        connection.commit()
    seconds = once(lambda: _write(site, rows, turns))
    with site.database.engine.connect() as connection:
        connection.execute(text("DROP TABLE floor_rows"))
        connection.execute(text("DROP TABLE floor_turns"))
        connection.commit()
    return len(rows) / (seconds + once(lambda: _parse(path)))


def _parse(path: Path) -> None:
    for line in path.open("rb"):
        orjson.loads(line)


def _write(site: Site, rows: list[Any], turns: list[Any]) -> None:
    raw = site.database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        if site.database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany(f"INSERT INTO floor_rows VALUES ({','.join('?' * COLUMNS)})", rows)
            cursor.executemany("INSERT INTO floor_turns VALUES (?, ?)", turns)
            cursor.execute("COMMIT")
        else:
            for table, lines in (("floor_rows", rows), ("floor_turns", turns)):
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for line in lines:
                        copy.write_row(line)
            raw.commit()
    finally:
        raw.close()


def hashed_keys(count: int) -> float:
    """Keys a second through HMAC-SHA256 alone."""
    keys = [f"import:chat-{number:07d}".encode() for number in range(count)]
    seed = b"s" * 32
    seconds = once(lambda: [hmac.digest(seed, key, hashlib.sha256) for key in keys])
    return count / seconds
