"""Makes the version of a conversation's sound in which spans are hidden: `{"conversation_id"}`."""

from __future__ import annotations

from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.services.job_endings import MASK_SOUND
from qa_app.services.masked_sounds import make_masked_sound
from qa_app.services.site import Site

KIND = MASK_SOUND


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    return make_masked_sound(site, int(job.payload["conversation_id"]), hold=job.hold)
