"""The engine of a site, with what each database needs to be safe under several writers."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

from qa_app.domain.errors import InvalidInput, Problem

if sys.platform != "win32":
    import fcntl

WRITES = "qa_writes"
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


class Database:
    """One site's database: `engine`, sessions for reading, and the queue of SQLite's writers."""

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.url = _understood(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url, pool_size)
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._thread_lock = threading.Lock()
        self._lock_path = f"{self.url.database}.lock" if self.is_sqlite else None

    @contextlib.contextmanager
    def writers_queue(self) -> Iterator[None]:
        """Wait for this writer's turn: without it SQLite lets one write and starves the rest."""
        if self._lock_path is None:
            yield
            return
        with self._thread_lock:
            if sys.platform == "win32":  # one process per embedded site there
                yield
                return
            with Path(self._lock_path).open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield

    def writing_session(self) -> Session:
        """A session whose transaction takes the write lock at its start (SQLite)."""
        session = self.sessions()
        session.connection(execution_options={WRITES: True})
        return session

    def dispose(self) -> None:
        self.engine.dispose()


def _understood(url: str) -> URL:
    """The address with the driver that is used for it. Raises InvalidInput."""
    try:
        given = make_url(url)
        return given.set(drivername=DRIVERS[given.get_backend_name()])
    except (ArgumentError, KeyError, ValueError):
        message = "Use sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME."
        problem = Problem("QA_DATABASE_URL", "not_a_database", message)
        raise InvalidInput([problem], "The settings have problems.") from None


def _sqlite(url: URL) -> Engine:
    path = url.database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,  # errors are logged, and customers' words are no part of a log
        connect_args={"isolation_level": None, "timeout": 30, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            "temp_store=MEMORY",
            "cache_size=-32000",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL, pool_size: int) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=pool_size,
    )
