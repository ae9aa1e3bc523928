"""What a process needs to do deeds on a site: settings, database, clock, store of recordings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from qa_app.adapters.clock import Clock, SystemClock
from qa_app.adapters.queue import close_queue
from qa_app.adapters.recordings import store_from
from qa_app.adapters.recordings_store import RecordingStore
from qa_app.config import Settings
from qa_app.db.database import Database
from qa_app.db.unit_of_work import reading, unit_of_work
from qa_app.security.context import SYSTEM, Actor, Context


@dataclass
class Site:
    """One per process; everything in it is safe to share between threads."""

    settings: Settings
    database: Database
    clock: Clock = field(default_factory=SystemClock)
    _store: RecordingStore | None = None

    @classmethod
    def open(cls, settings: Settings, clock: Clock | None = None) -> Site:
        return cls(settings, Database(settings.database_url), clock or SystemClock())

    @property
    def store(self) -> RecordingStore:
        """The store of recordings, opened when first needed."""
        if self._store is None:
            self._store = store_from(self.settings.recordings, self.settings.s3)
        return self._store

    def context(self, session: Session, actor: Actor = SYSTEM) -> Context:
        return Context(session, actor, self.clock, self.settings)

    @contextlib.contextmanager
    def writing(self, actor: Actor = SYSTEM) -> Iterator[Context]:
        """A context whose changes are committed together when the block ends."""
        with unit_of_work(self.database) as session:
            yield self.context(session, actor)

    @contextlib.contextmanager
    def reading(self, actor: Actor = SYSTEM) -> Iterator[Context]:
        """A context over one snapshot, for queries only."""
        with reading(self.database) as session:
            yield self.context(session, actor)

    def ping(self) -> None:
        """Ask the database for one row; its error is the answer when it is down."""
        with self.reading() as ctx:
            ctx.session.execute(text("SELECT 1"))

    def close(self) -> None:
        close_queue(self.settings)
        self.database.dispose()
