"""Removes an uploaded transcript that nobody confirmed in time: `{"key"}`."""

from __future__ import annotations

from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.services.site import Site
from qa_app.services.transcripts import FORGET_UPLOAD

KIND = FORGET_UPLOAD


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    site.store.delete(job.payload["key"])
    return {}
