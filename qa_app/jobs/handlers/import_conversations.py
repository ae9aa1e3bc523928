"""Imports an uploaded file of conversations."""

from __future__ import annotations

from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.services import import_uploads
from qa_app.services.site import Site

KIND = import_uploads.KIND


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    return import_uploads.run_import(site, int(job.payload["batch_id"]), job)
