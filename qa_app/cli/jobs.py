"""`qa-app jobs work`: a separate worker, for sites on several machines."""

from __future__ import annotations

import signal
import threading

import click

from qa_app.cli.site import Parts, open_site


@click.group()
def jobs() -> None:
    """Background jobs."""


@jobs.command("work")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option(
    "--lease",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0.2, 3600),
    help="Seconds until another worker takes over from a silent one.",
)
@click.pass_obj
def work(parts: Parts, threads: int, lease: float) -> None:
    """Work on the site's jobs until stopped."""
    from qa_app.domain.errors import QAError

    worker = parts.worker()

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    timing = worker.Timing(lease=lease, heartbeat=lease / 4, sweep=min(5.0, lease / 2))
    try:
        with open_site() as site, worker.running_worker(site, threads=threads, timing=timing):
            click.echo("Working - press Ctrl+C to stop.", err=True)
            stop.wait()
    except (QAError, OSError) as error:
        raise click.ClickException(str(error)) from error
