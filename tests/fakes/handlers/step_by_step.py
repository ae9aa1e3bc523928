"""A handler of three steps that calls what a test has put in `before_step`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qa_app.jobs.running import RunningJob
from qa_app.services.site import Site

KIND = "step_by_step"
before_step: list[Callable[[int], None]] = []


def handle(site: Site, job: RunningJob) -> dict[str, Any]:
    for step in range(3):
        for act in before_step:
            act(step)
        job.progress(step + 1, 3)
    return {"steps": 3}
