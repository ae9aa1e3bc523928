"""A worker that dies in the middle of a job: another sees it through, with one effect."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa_app.adapters.clock import SystemClock
from qa_app.models.job import JobState
from qa_app.queries.audit import audit_page
from qa_app.queries.jobs import job_row
from qa_app.services.jobs import enqueue
from qa_app.services.site import Site

ROOT = Path(__file__).parents[3]


@contextmanager
def worker(site: Site) -> Iterator[subprocess.Popen[str]]:
    environ = os.environ | {
        "QA_DATA_DIR": str(site.settings.data_dir),
        "QA_DATABASE_URL": site.settings.database_url,
        "QA_SECRET_KEY": site.settings.secret_key,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.fakes.worker_process"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def said(process: subprocess.Popen[str]) -> str:
    """The next line of its output, when it comes."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_job_whose_worker_is_killed_is_seen_through_by_another_once(site: Site) -> None:
    site.clock = SystemClock()
    with site.writing() as ctx:
        job_id = enqueue(ctx, "count_once", {})
    with worker(site) as first:
        assert said(first) == "started 1"
        first.send_signal(signal.SIGKILL)
        first.wait()
    with worker(site) as second:
        assert said(second) == "started 2"
        assert said(second) == "effect 2"
        second.send_signal(signal.SIGTERM)
        assert second.wait() == 0
    with site.reading() as ctx:
        row = job_row(ctx, job_id)
        effects = audit_page(ctx, action="test.effect")
    assert (row.state, row.attempts, row.result) == (JobState.DONE, 2, {"attempt": 2})
    assert len(effects) == 1
