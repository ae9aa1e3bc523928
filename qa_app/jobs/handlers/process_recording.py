"""Makes a recording ready to be heard: `{"recording_id"}`."""

from __future__ import annotations

from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.services.job_endings import PROCESS
from qa_app.services.recording_preparation import prepare_recording
from qa_app.services.site import Site

KIND = PROCESS


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    return prepare_recording(
        site, int(job.payload["recording_id"]), progress=job.progress, hold=job.hold
    )
