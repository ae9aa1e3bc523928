"""A handler that never ends when it is tried first, and leaves its effect the next time."""

from __future__ import annotations

import threading
from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.services.audit import record
from qa_app.services.site import Site

KIND = "count_once"


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    job.progress(0, 2)
    print("started", job.claim.attempt, flush=True)
    if job.claim.attempt == 1:
        threading.Event().wait()
    with site.writing() as ctx:
        job.hold(ctx)
        record(ctx, "test.effect", "job", job.id)
    print("effect", job.claim.attempt, flush=True)
    return {"attempt": job.claim.attempt}
