"""The life of an assignment (任务): one conversation for one grader (handbook 3, handbook 6)."""

from __future__ import annotations

from enum import StrEnum

from qa_app.domain.lifecycle import Lifecycle


class AssignmentState(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


class AssignmentKind(StrEnum):
    """Only `random` ones can enter a figure; targeted ones are for coaching (handbook 6).

    `lead`: a team lead grades a conversation of the own team, for the agent's work performance
    (handbook 1 §2).
    """

    RANDOM = "random"
    TARGETED = "targeted"
    LEAD = "lead"


class AssignmentAction(StrEnum):
    START = "start"
    SUBMIT = "submit"
    REASSIGN = "reassign"
    REPLACE = "replace"
    CANCEL = "cancel"


OPEN_STATES = frozenset({AssignmentState.OPEN, AssignmentState.IN_PROGRESS})
"""States in which somebody still has work to do."""

_S, _A = AssignmentState, AssignmentAction

ASSIGNMENT_LIFE: Lifecycle[AssignmentState, AssignmentAction] = Lifecycle(
    "assignment",
    {
        (_S.OPEN, _A.START): _S.IN_PROGRESS,
        (_S.IN_PROGRESS, _A.START): _S.IN_PROGRESS,
        (_S.IN_PROGRESS, _A.SUBMIT): _S.SUBMITTED,
        (_S.OPEN, _A.REASSIGN): _S.OPEN,
        (_S.OPEN, _A.REPLACE): _S.REPLACED,
        (_S.IN_PROGRESS, _A.REPLACE): _S.REPLACED,
        # Until the period is published, also a graded conversation can turn out unfit.
        (_S.SUBMITTED, _A.REPLACE): _S.REPLACED,
        (_S.OPEN, _A.CANCEL): _S.CANCELLED,
        (_S.IN_PROGRESS, _A.CANCEL): _S.CANCELLED,
    },
)
