"""How background jobs read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from qa_app.models.job import JobState
from qa_app.web.presenters.imports import percent_of
from qa_app.web.presenters.reasons import reason_text


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as the list shows it."""

    row: Any
    kind: str
    percent: int | None
    error: str
    can_cancel: bool
    can_retry: bool
    waits_until: datetime | None


def kind_name(kind: str) -> str:
    """What a kind of job does, in words; its own name for one that is not known here."""
    names: dict[str, str] = {
        "import_conversations": _("Import of conversations"),
        "process_recording": _("Preparing a recording"),
        "mask_sound": _("Masking a recording"),
        "forget_masked_sound": _("Removing an old masked version"),
        "forget_upload": _("Removing an upload that was not confirmed"),
        "look_through_sounds": _("Looking for personal data in recordings"),
        "name_lanes": _("Telling agent and customer apart"),
        "scan_phrases": _("Looking for phrases"),
    }
    return names.get(kind, kind)


def state_options() -> list[tuple[str, str]]:
    return [
        ("queued", _("Waiting")),
        ("running", _("Running")),
        ("done", _("Done")),
        ("failed", _("Failed")),
        ("cancelled", _("Cancelled")),
    ]


def job_view(row: Any, now: datetime) -> JobView:
    waits = row.state is JobState.QUEUED and row.run_after > now
    return JobView(
        row,
        kind_name(row.kind),
        percent_of(row) if row.state is JobState.RUNNING else None,
        reason_text(row.error or ""),
        can_cancel=row.state in (JobState.QUEUED, JobState.RUNNING),
        can_retry=row.state in (JobState.FAILED, JobState.CANCELLED),
        waits_until=row.run_after if waits else None,
    )
