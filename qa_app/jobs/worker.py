"""The worker: threads that run jobs, one that keeps their leases, one that sweeps up."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import structlog

from qa_app.adapters.queue import queue_of
from qa_app.jobs.runner import Runner, Timing
from qa_app.queries.jobs import jobs_are_lost, jobs_to_run
from qa_app.queries.sampling import missing_seeds
from qa_app.queries.sound_mask_scans import is_looked_through
from qa_app.services.jobs import bury_lost_jobs
from qa_app.services.sampling import open_seeds
from qa_app.services.site import Site
from qa_app.services.sound_mask_scans import ask_to_look_through

SHUTDOWN_LIMIT = 20.0
HOUR = 3600.0

log = structlog.get_logger()


@contextlib.contextmanager
def running_worker(site: Site, *, threads: int = 2, timing: Timing | None = None) -> Iterator[None]:
    """Work on the site's jobs in threads of this process while the block lasts.

    At its end a job that runs is stopped at its next step and given back.
    """
    runner = Runner(site, timing)
    consumer = queue_of(site.settings).consumer(runner.run, threads=threads)
    consumer.shutdown_timeout = SHUTDOWN_LIMIT
    keepers = [
        _every(runner.timing.heartbeat, runner.beat, runner.stopping, "heartbeat"),
        _every(runner.timing.sweep, lambda: sweep(site), runner.stopping, "sweeper"),
        _every(HOUR, lambda: open_due_seeds(site), runner.stopping, "seeds"),
        _every(HOUR, lambda: look_through_sounds(site), runner.stopping, "sound_masks"),
    ]
    consumer.start()
    try:
        yield
    finally:
        runner.stopping.set()
        consumer.stop(graceful=True)
        for keeper in keepers:
            keeper.join(SHUTDOWN_LIMIT)


def sweep(site: Site) -> int:
    """Send again what waits while the line is empty: lost messages, dead workers, due retries."""
    queue = queue_of(site.settings)
    if not queue.is_empty():
        return 0
    with site.reading() as ctx:
        waiting = jobs_to_run(ctx.session, ctx.clock.now())
        some_are_lost = jobs_are_lost(ctx.session, ctx.clock.now())
    queue.send(waiting)
    if some_are_lost:
        with site.writing() as ctx:
            bury_lost_jobs(ctx)
    return len(waiting)


def open_due_seeds(site: Site) -> int:
    """Make the seeds of a half that has begun, so that its commitments show from the first day."""
    with site.reading() as ctx:
        if not missing_seeds(ctx):
            return 0
    with site.writing() as ctx:
        return open_seeds(ctx)


def look_through_sounds(site: Site) -> int | None:
    """After an upgrade: have the sounds looked through by the rules that now hold; the job."""
    with site.reading() as ctx:
        if is_looked_through(ctx.session):
            return None
    with site.writing() as ctx:
        return ask_to_look_through(ctx)


def run_pending_jobs(site: Site, *, timing: Timing | None = None) -> int:
    """Run every job that is due, and those that they ask for, in this thread; how many ran.

    For tests and for filling a demo; a job that fails waits for its next attempt and is left.
    """
    runner, count = Runner(site, timing), 0
    beat = _every(runner.timing.heartbeat, runner.beat, runner.stopping, "heartbeat")
    try:
        while True:
            with site.reading() as ctx:
                waiting = jobs_to_run(ctx.session, ctx.clock.now())
            ran = sum(runner.run(job_id) for job_id in waiting)
            if not ran:
                return count
            count += ran
    finally:
        runner.stopping.set()
        beat.join()


def _every(
    seconds: float, act: Callable[[], object], stop: threading.Event, name: str
) -> threading.Thread:
    """Do `act` at once and then each `seconds` until `stop`; its errors are logged and survived."""

    def loop() -> None:
        while True:
            try:
                act()
            except Exception as error:  # noqa: BLE001 - a database that is down comes back
                log.warning(f"{name}_failed", error=str(error)[:200])
            if stop.wait(seconds):
                return

    thread = threading.Thread(target=loop, name=name, daemon=True)
    thread.start()
    return thread
