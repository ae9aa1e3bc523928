"""The life of a flag (标记): it asks a team lead to look, and is decided once (handbook 3)."""

from __future__ import annotations

from enum import StrEnum

from qa_app.domain.lifecycle import Lifecycle


class FlagState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    COACHED = "coached"


class FlagAction(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    COACH = "coach"


class FlagKind(StrEnum):
    """Raised by a person, or by a fatal error on the scorecard (handbook 1 §2)."""

    MANUAL = "manual"
    FATAL = "fatal"


FLAG_LIFE: Lifecycle[FlagState, FlagAction] = Lifecycle(
    "flag",
    {
        (FlagState.OPEN, FlagAction.CONFIRM): FlagState.CONFIRMED,
        (FlagState.OPEN, FlagAction.DISMISS): FlagState.DISMISSED,
        (FlagState.OPEN, FlagAction.COACH): FlagState.COACHED,
    },
)
