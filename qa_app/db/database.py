"""The engine of a site, with what each database needs to be safe under several writers."""

from __future__ import annotations

import contextlib
import select
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker

from qa_app.domain.errors import InvalidInput, Problem

if sys.platform != "win32":
    import fcntl

WRITES = "qa_writes"
LAST_USED, ASKED_AFTER_S = "qa_last_used", 30
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
    engine = create_engine(url, hide_parameters=True, pool_size=pool_size, max_overflow=pool_size)

    @event.listens_for(engine, "checkin")
    def note_use(_connection: Any, record: Any) -> None:
        record.info[LAST_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def refuse_dead(connection: Any, record: Any, _proxy: object) -> None:
        """A question before each transaction would cost as much as a statement: what the server
        closed has something to read, and only what rested for long is asked."""
        rested = time.monotonic() - record.info.get(LAST_USED, time.monotonic())
        if _has_something_to_read(connection.pgconn.socket):
            raise InvalidatePoolError
        if rested > ASKED_AFTER_S:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.dbapi.Error as gone:  # type: ignore[union-attr]
                raise InvalidatePoolError from gone

    return engine


def _has_something_to_read(socket: int) -> bool:
    if sys.platform == "win32":  # which has no poll
        return bool(select.select([socket], [], [], 0)[0])
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return bool(waiting.poll(0))
