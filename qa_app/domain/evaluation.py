"""The life of an evaluation (质检评分): what may happen to it, and when (handbook 3 §1)."""

from __future__ import annotations

from enum import StrEnum

from qa_app.domain.lifecycle import Lifecycle


class EvaluationState(StrEnum):
    """That an agent has seen it is a time beside the state, not a state."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RELEASED = "released"
    ACKNOWLEDGED = "acknowledged"
    REPLACED = "replaced"


class EvaluationKind(StrEnum):
    """Why it was made. Only `random` ones can count in a figure (handbook 3 §1)."""

    RANDOM = "random"
    TARGETED = "targeted"
    LEAD = "lead"


class EvaluationAction(StrEnum):
    SUBMIT = "submit"
    RELEASE = "release"
    ACKNOWLEDGE = "acknowledge"
    REVISE = "revise"
    REPLACE = "replace"


SUBMITTED_STATES = frozenset(
    {EvaluationState.SUBMITTED, EvaluationState.RELEASED, EvaluationState.ACKNOWLEDGED}
)
"""States in which there is a score in force."""

VISIBLE_TO_AGENT = frozenset({EvaluationState.RELEASED, EvaluationState.ACKNOWLEDGED})
"""States in which the agent whom it is about may open it."""

_S, _A = EvaluationState, EvaluationAction

EVALUATION_LIFE: Lifecycle[EvaluationState, EvaluationAction] = Lifecycle(
    "evaluation",
    {
        (_S.DRAFT, _A.SUBMIT): _S.SUBMITTED,
        (_S.SUBMITTED, _A.RELEASE): _S.RELEASED,
        (_S.RELEASED, _A.ACKNOWLEDGE): _S.ACKNOWLEDGED,
        # A new revision after an appeal: the agent acknowledges what is now in force.
        (_S.SUBMITTED, _A.REVISE): _S.SUBMITTED,
        (_S.RELEASED, _A.REVISE): _S.RELEASED,
        (_S.ACKNOWLEDGED, _A.REVISE): _S.RELEASED,
        (_S.DRAFT, _A.REPLACE): _S.REPLACED,
        (_S.SUBMITTED, _A.REPLACE): _S.REPLACED,
        (_S.RELEASED, _A.REPLACE): _S.REPLACED,
        (_S.ACKNOWLEDGED, _A.REPLACE): _S.REPLACED,
    },
)
