"""A job while it runs: what its handler is given, and how it is told to stop."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from qa_app.security.context import Context
from qa_app.services.jobs import ClaimedJob, note_place, note_progress, still_held
from qa_app.services.site import Site

BETWEEN_NOTES = timedelta(seconds=0.5)


class JobLost(Exception):
    """The job was cancelled, or its lease ran out and another worker has it."""


class WorkerStops(Exception):
    """The worker is shutting down; the job goes back to the queue."""


class RunningJob:
    """Given to a handler: `payload`, `progress`, `hold`."""

    def __init__(self, site: Site, claim: ClaimedJob, stopping: threading.Event) -> None:
        self.claim = claim
        self._site = site
        self._stopping = stopping
        self._noted = site.clock.now() - BETWEEN_NOTES

    @property
    def id(self) -> int:
        return self.claim.id

    @property
    def payload(self) -> dict[str, Any]:
        return self.claim.payload

    @property
    def requested_by(self) -> int | None:
        """Id of the account whose deed asked for it."""
        return self.claim.requested_by

    def progress(self, done: int, total: int | None = None) -> None:
        """Note how far it is, at most twice a second. Raises JobLost, WorkerStops: let them out."""
        if self._stopping.is_set():
            raise WorkerStops
        now = self._site.clock.now()
        if now - self._noted < BETWEEN_NOTES and done != total:
            return
        self._noted = now
        with self._site.writing() as ctx:
            held = note_progress(ctx, self.claim, done, total)
        if not held:
            raise JobLost

    def hold(self, ctx: Context) -> None:
        """Inside a transaction: nobody else may take the job before it commits. Raises JobLost."""
        if not still_held(ctx, self.claim):
            raise JobLost

    def keep_place(self, ctx: Context, **place: object) -> None:
        """Inside a transaction: note in the payload where to go on after it. Raises JobLost."""
        if not note_place(ctx, self.claim, place):
            raise JobLost
