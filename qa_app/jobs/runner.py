"""Runs one job from claim to end, and keeps the leases of those that run."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from dataclasses import dataclass
from datetime import timedelta

import structlog

from qa_app.adapters.clock import random_hex
from qa_app.adapters.recordings_store import StoreUnavailable
from qa_app.domain.errors import QAError
from qa_app.jobs.registry import known_handlers
from qa_app.jobs.running import JobLost, RunningJob, WorkerStops
from qa_app.services.jobs import (
    ClaimedJob,
    claim_job,
    extend_leases,
    fail_job,
    finish_job,
    release_job,
)
from qa_app.services.site import Site

TRACE_MAX = 4000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: how long a silent worker keeps a job, how often it speaks, how often is swept."""

    lease: float = 60
    heartbeat: float = 15
    sweep: float = 5


class Runner:
    """Runs jobs of a site, several threads at once if need be."""

    def __init__(self, site: Site, timing: Timing | None = None) -> None:
        self.site = site
        self.timing = timing or Timing()
        self.stopping = threading.Event()
        self._name = f"{socket.gethostname()[:40]}:{os.getpid()}"
        self._held: set[str] = set()
        self._lock = threading.Lock()

    def run(self, job_id: int) -> bool:
        """Claim the job and see it through; False when it was not to be had."""
        if self.stopping.is_set():
            return False
        token = f"{self._name}:{random_hex(8)}"
        with self._lock:
            self._held.add(token)
        try:
            with self.site.writing() as ctx:
                claim = claim_job(ctx, job_id, token=token, lease=self._lease)
            if claim is None:
                return False
            self._see_through(claim)
            return True
        finally:
            with self._lock:
                self._held.discard(token)

    def beat(self) -> None:
        """Extend the leases of everything that runs here."""
        with self._lock:
            tokens = sorted(self._held)
        if tokens:
            with self.site.writing() as ctx:
                extend_leases(ctx, tokens, self._lease)

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self.timing.lease)

    def _see_through(self, claim: ClaimedJob) -> None:
        handler = known_handlers().get(claim.kind)
        job = RunningJob(self.site, claim, self.stopping)
        try:
            if handler is None:
                raise LookupError(f"no handler for jobs of kind {claim.kind!r}")
            result = handler(self.site, job)
            with self.site.writing() as ctx:
                finish_job(ctx, claim, result)
        except JobLost:
            log.info("job_lost", job=claim.id, kind=claim.kind)
        except WorkerStops:
            with self.site.writing() as ctx:
                release_job(ctx, claim)
        except Exception as error:  # noqa: BLE001 - kept with the job, logged with its trace
            self._note_failure(claim, error)

    def _note_failure(self, claim: ClaimedJob, error: Exception) -> None:
        """A refusal comes out the same each time; anything else may pass."""
        is_refusal = isinstance(error, QAError) and not isinstance(error, StoreUnavailable)
        facts = {"job": claim.id, "kind": claim.kind, "attempt": claim.attempt}
        if isinstance(error, QAError):
            reasons = [f"{problem.where}: {problem.message}" for problem in error.problems]
            text = "; ".join(reasons) or str(error)
            log.warning("job_refused", reason=text[:500], **facts)
        else:
            text = f"{type(error).__name__}: {error}"
            trace = "".join(traceback.format_exception(error))[-TRACE_MAX:]
            log.warning("job_failed", trace=trace, **facts)  # text: no values of variables in it
        with self.site.writing() as ctx:
            fail_job(ctx, claim, text, is_final=is_refusal)
