"""Looks through the sounds of a site for what is to be hidden, after an upgrade: `{"rules"}`."""

from __future__ import annotations

from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.queries.sound_mask_scans import LOOK_THROUGH
from qa_app.services.site import Site
from qa_app.services.sound_mask_scans import look_through

KIND = LOOK_THROUGH


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    return dict(look_through(site, job.id, job.payload, job))
