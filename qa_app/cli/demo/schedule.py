"""When things happen in the demo's history, whatever day it is made on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from qa_app.domain.calendar import Period, period_bounds

OPENS, CLOSES = time(8, 30), time(21, 30)
LONGEST_GRADING = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class HalfPlan:
    """A half: its conversations lie in [`start`, `until`), then it is drawn, graded, published."""

    half: Period
    start: datetime
    until: datetime
    drawn_at: datetime
    graded_until: datetime
    published_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.published_at is not None


def plan_halves(now: datetime, zone: ZoneInfo) -> list[HalfPlan]:
    """From the first day of last month to the half that is in progress."""
    current = Period.of(now.astimezone(zone).date())
    half = Period(current.year, current.month, 1).previous
    half = Period(half.year, half.month, 1)
    plans = []
    while half < current:
        plans.append(_past(half, now, zone))
        half = half.next
    plans.append(_present(current, now, zone))
    return plans


def _past(half: Period, now: datetime, zone: ZoneInfo) -> HalfPlan:
    start, end = period_bounds(half, zone)
    window = min(LONGEST_GRADING, (now - end) / 2)
    return HalfPlan(half, start, end, end + window / 50, end + window * 0.9, end + window)


def _present(half: Period, now: datetime, zone: ZoneInfo) -> HalfPlan:
    start, _end = period_bounds(half, zone)
    elapsed = now - start
    drawn_at = now - min(timedelta(hours=6), elapsed * 0.3)
    return HalfPlan(half, start, drawn_at - elapsed * 0.02, drawn_at, now, None)


def some_instant(rng: Random, plan: HalfPlan, zone: ZoneInfo) -> datetime:
    """A moment of the half in opening hours; any moment where it has had none yet."""
    span = plan.until - plan.start
    for _attempt in range(12):
        at = plan.start + span * rng.random()
        if OPENS <= at.astimezone(zone).time() < CLOSES:
            return at.astimezone(UTC).replace(microsecond=0)
    return (plan.start + span * rng.random()).astimezone(UTC).replace(microsecond=0)
