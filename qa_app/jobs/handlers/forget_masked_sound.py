"""Removes a masked version that nobody is given any more: `{"digest", "keys"}`."""

from __future__ import annotations

from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.services.masked_sound_sweeps import FORGET_MASKED, forget_masked
from qa_app.services.site import Site

KIND = FORGET_MASKED


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    return dict(forget_masked(site, job.payload, hold=job.hold))
