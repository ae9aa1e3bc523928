"""Half-months and the instants that belong to them, by the site's own zone (handbook 1 §3).

Nothing here reads a clock or the process's time zone: instants are aware, zones come in.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from qa_app.domain.errors import InvalidInput, Problem

PERIOD_PATTERN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-H([12])", re.ASCII)
MONTH_PATTERN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 9000
HALF_ENDS_ON = 15
SECOND_HALF_IS_DUE_ON = 30
SHORTEST_HALF = 13


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A half-month; the order is that of time. `half` is 1 (1st..15th) or 2 (16th..last day)."""

    year: int
    month: int
    half: int

    def __post_init__(self) -> None:
        in_range = FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.month <= 12
        if not in_range or self.half not in (1, 2):
            raise ValueError(f"no half-month: {self.year}-{self.month}-H{self.half}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2026-11-H1`. Raises InvalidInput for anything else."""
        match = PERIOD_PATTERN.fullmatch(text)
        if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise InvalidInput([_not_written_as(text, "period", "2026-11-H1")])
        return cls(int(match[1]), int(match[2]), int(match[3]))

    @classmethod
    def of(cls, day: date) -> Period:
        """The half-month that a calendar day lies in."""
        return cls(day.year, day.month, 1 if day.day <= HALF_ENDS_ON else 2)

    def __str__(self) -> str:
        return f"{self.month_text}-H{self.half}"

    @property
    def month_text(self) -> str:
        """The month it is a half of, as `2026-11`."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1 if self.half == 1 else HALF_ENDS_ON + 1)

    @property
    def last_day(self) -> date:
        if self.half == 1:
            return date(self.year, self.month, HALF_ENDS_ON)
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def days(self) -> int:
        """How many days it has: 15 in a first half, 13 to 16 in a second."""
        return self.last_day.day - self.first_day.day + 1

    @property
    def due_on(self) -> date:
        """When its figures are due: the 15th, or the 30th (the month's last day if earlier)."""
        last = self.last_day
        return last if self.half == 1 else last.replace(day=min(SECOND_HALF_IS_DUE_ON, last.day))

    @property
    def next(self) -> Period:
        return Period.of(self.last_day + timedelta(days=1))

    @property
    def previous(self) -> Period:
        return Period.of(self.first_day - timedelta(days=1))


def halves_of_month(month: str) -> tuple[Period, Period]:
    """Both halves of a month written `2026-11`. Raises InvalidInput for anything else."""
    match = MONTH_PATTERN.fullmatch(month)
    if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise InvalidInput([_not_written_as(month, "month", "2026-11")])
    year, number = int(match[1]), int(match[2])
    return Period(year, number, 1), Period(year, number, 2)


def local_date(instant: datetime, zone: tzinfo) -> date:
    """The calendar day that `instant` (aware) falls on in `zone`."""
    _must_be_aware(instant)
    return instant.astimezone(zone).date()


def period_of(instant: datetime, zone: tzinfo, lag_days: int = 0) -> Period:
    """The half that a conversation started at `instant` belongs to: that of local date + lag."""
    return Period.of(local_date(instant, zone) + timedelta(days=lag_days))


def conversation_dates(period: Period, lag_days: int = 0) -> tuple[date, date]:
    """First and last local date of the conversations that belong to `period`."""
    lag = timedelta(days=lag_days)
    return period.first_day - lag, period.last_day - lag


def period_bounds(period: Period, zone: tzinfo, lag_days: int = 0) -> tuple[datetime, datetime]:
    """The instants of a period, `[start, end)` in UTC.

    They agree with `period_of` and leave no gap between neighbours, also where the clock
    changes at midnight.
    """
    first, last = conversation_dates(period, lag_days)
    return day_starts_at(first, zone), day_starts_at(last + timedelta(days=1), zone)


def day_starts_at(day: date, zone: tzinfo) -> datetime:
    """The first instant, in UTC, whose local date in `zone` is `day`.

    A day that the zone skipped altogether starts where the next one does.
    """
    midnight = datetime.combine(day, time.min, zone)
    first, second = (midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return first
    before, after = sorted((first, second))
    return _first_instant_of(day, zone, before - timedelta(days=1), after + timedelta(seconds=1))


def _first_instant_of(day: date, zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """Halve the span between an instant before `day` and one in it, down to a second."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).date() >= day:
            after = middle
        else:
            before = middle
    return after


def slice_lengths(days: int, count: int) -> list[int]:
    """Cut `days` into `count` runs as equal as possible, earlier ones longer (handbook 6)."""
    if count < 1:
        raise ValueError("a period has at least one slice")
    length, longer = divmod(days, count)
    return [length + (number < longer) for number in range(count)]


def slices(period: Period, count: int) -> list[tuple[date, date]]:
    """First and last day of each slice of a half, in the half's own days.

    With a lag these are the days that conversations are shifted to. Raises ValueError where
    there would be more slices than days.
    """
    if count > period.days:
        raise ValueError(f"{period} has {period.days} days, not {count} slices")
    runs, start = [], period.first_day
    for length in slice_lengths(period.days, count):
        runs.append((start, start + timedelta(days=length - 1)))
        start += timedelta(days=length)
    return runs


def slice_of(day: date, period: Period, count: int, lag_days: int = 0) -> int | None:
    """The slice, 1..count, of a conversation held on the local date `day`; None where count is 1.

    Raises ValueError for a day whose conversations do not belong to the period.
    """
    shifted = day + timedelta(days=lag_days)
    for number, (first, last) in enumerate(slices(period, count), start=1):
        if first <= shifted <= last:
            return number if count > 1 else None
    raise ValueError(f"{day} with a lag of {lag_days} days is not in {period}")


def _not_written_as(text: str, what: str, example: str) -> Problem:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return Problem(what, f"bad_{what}", f"{shown!r} is no {what}: write it as {example}.")


def _must_be_aware(instant: datetime) -> None:
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset")
