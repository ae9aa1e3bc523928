"""Names the agent's lane of the calls with a recording: `{"recording_id"}`."""

from __future__ import annotations

from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.services.lane_guesses import NAME_LANES
from qa_app.services.recording_preparation import name_lanes_of_prepared
from qa_app.services.site import Site

KIND = NAME_LANES


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    name_lanes_of_prepared(site, int(job.payload["recording_id"]), hold=job.hold)
    return {}
