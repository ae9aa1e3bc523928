"""The life of a period (半月期): published, perhaps restated, then closed (handbook 1 §3, §8)."""

from __future__ import annotations

from enum import StrEnum

from qa_app.domain.lifecycle import Lifecycle


class PeriodState(StrEnum):
    OPEN = "open"
    PUBLISHED = "published"
    CLOSED = "closed"


class PeriodAction(StrEnum):
    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"


SEED_IS_SHOWN = frozenset({PeriodState.PUBLISHED, PeriodState.CLOSED})
"""From then on the seed is public, and neither a draw nor a replacement is possible."""

_S, _A = PeriodState, PeriodAction

PERIOD_LIFE: Lifecycle[PeriodState, PeriodAction] = Lifecycle(
    "period",
    {
        (_S.OPEN, _A.PUBLISH): _S.PUBLISHED,
        # Again: a restated version, or the same one where nothing changed.
        (_S.PUBLISHED, _A.PUBLISH): _S.PUBLISHED,
        (_S.PUBLISHED, _A.CLOSE): _S.CLOSED,
        (_S.CLOSED, _A.REOPEN): _S.PUBLISHED,
    },
)
