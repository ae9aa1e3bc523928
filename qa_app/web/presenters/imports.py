"""How imports and their reports read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qa_app.models.imports import ImportState
from qa_app.models.job import JobState
from qa_app.web.presenters.reasons import reason_text

OVER = frozenset({JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import as its pages show it."""

    row: Any
    state: str
    percent: int | None
    error: str
    counts: dict[str, int]

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")


def import_view(row: Any) -> ImportView:
    """An import that its job left behind is what became of the job."""
    state = row.state.value
    if row.state in (ImportState.WAITING, ImportState.RUNNING) and row.job_state in OVER:
        state = row.job_state.value
    elif row.state is ImportState.FAILED and row.job_state is JobState.QUEUED:
        state = "waiting"
    error = row.error or (row.job_error if state == "failed" else "") or ""
    return ImportView(row, state, percent_of(row), reason_text(error), row.counts)


def percent_of(row: Any) -> int | None:
    """How far the job is; None when that is not known."""
    if not row.progress_total:
        return None
    return min(100, int(row.progress_done * 100 // row.progress_total))
