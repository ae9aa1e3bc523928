"""Every state and every deed: the tables are complete, anything else is refused."""

from __future__ import annotations

from typing import Any

import pytest

from qa_app.domain.assignment import ASSIGNMENT_LIFE, AssignmentAction, AssignmentState
from qa_app.domain.errors import WrongState
from qa_app.domain.evaluation import (
    EVALUATION_LIFE,
    SUBMITTED_STATES,
    VISIBLE_TO_AGENT,
    EvaluationAction,
    EvaluationState,
)
from qa_app.domain.flag import FLAG_LIFE, FlagAction, FlagState
from qa_app.domain.period import PERIOD_LIFE, PeriodAction, PeriodState

TABLES: list[tuple[Any, Any, Any, dict[str, str]]] = [
    (
        EVALUATION_LIFE,
        EvaluationState,
        EvaluationAction,
        {
            "draft": "submit>submitted replace>replaced",
            "submitted": "release>released revise>submitted replace>replaced",
            "released": "acknowledge>acknowledged revise>released replace>replaced",
            "acknowledged": "revise>released replace>replaced",
            "replaced": "",
        },
    ),
    (
        ASSIGNMENT_LIFE,
        AssignmentState,
        AssignmentAction,
        {
            "open": "start>in_progress reassign>open replace>replaced cancel>cancelled",
            "in_progress": "start>in_progress submit>submitted replace>replaced cancel>cancelled",
            "submitted": "replace>replaced",
            "replaced": "",
            "cancelled": "",
        },
    ),
    (
        FLAG_LIFE,
        FlagState,
        FlagAction,
        {
            "open": "confirm>confirmed dismiss>dismissed coach>coached",
            "confirmed": "",
            "dismissed": "",
            "coached": "",
        },
    ),
    (
        PERIOD_LIFE,
        PeriodState,
        PeriodAction,
        {
            "open": "publish>published",
            "published": "publish>published close>closed",
            "closed": "reopen>published",
        },
    ),
]


@pytest.mark.parametrize(
    ("life", "states", "actions", "table"), TABLES, ids=[one[0].subject for one in TABLES]
)
def test_a_lifecycle_allows_exactly_its_table(
    life: Any, states: Any, actions: Any, table: dict[str, str]
) -> None:
    assert set(table) == {state.value for state in states}
    for state in states:
        allowed = dict(step.split(">") for step in table[state.value].split())
        for action in actions:
            assert life.allows(state, action) == (action.value in allowed)
            if action.value in allowed:
                assert life.move(state, action) == allowed[action.value]
            else:
                with pytest.raises(WrongState):
                    life.move(state, action)


def test_an_agent_sees_only_what_has_a_score_in_force() -> None:
    assert VISIBLE_TO_AGENT < SUBMITTED_STATES
