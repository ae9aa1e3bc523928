"""A handler that fails, in the way that its payload asks for."""

from __future__ import annotations

from typing import Any

from qa_app.domain.errors import Refused
from qa_app.jobs.running import RunningJob
from qa_app.services.site import Site

KIND = "fail_always"


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    if job.payload.get("refuse"):
        raise Refused("not_today", "Not today.")
    raise RuntimeError("the disk is on fire")
