"""Looks for the phrases of the lists in conversations: `{"since"|"changed_since"|...}`."""

from __future__ import annotations

from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.queries.phrases import SCAN
from qa_app.services.phrase_scans import run_scan
from qa_app.services.site import Site

KIND = SCAN


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    return dict(run_scan(site, job.id, job.payload, job))
