"""Why a flag may be raised, and until when a lead should have looked."""

from __future__ import annotations

from datetime import date, timedelta

# Offered on the grading desk; `other` needs a note. `fatal_error` raises itself.
REASONS = (
    "attitude",
    "wrong_information",
    "process_not_followed",
    "complaint_risk",
    "privacy",
    "outstanding",
    "other",
)
FATAL = "fatal_error"
DAYS_TO_LOOK = 3


def flag_is_due_on(raised_on: date) -> date:
    """Three calendar days after it was raised (a default policy)."""
    return raised_on + timedelta(days=DAYS_TO_LOOK)
