"""Half-months and their borders, against the C library and hand-made tables."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.calendar import (
    Period,
    conversation_dates,
    day_starts_at,
    halves_of_month,
    local_date,
    period_bounds,
    period_of,
    slice_of,
    slices,
)
from qa_app.domain.errors import InvalidInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
SECOND = timedelta(seconds=1)
ZONES = (
    "Asia/Shanghai",
    "UTC",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Europe/London",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Pacific/Kiritimati",
)
HALVES = [
    Period(year, month, half)
    for year in range(2024, 2041)
    for month in range(1, 13)
    for half in (1, 2)
]
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
instants = st.datetimes(datetime(2012, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


@pytest.fixture
def process_zone() -> Iterator[object]:
    before = os.environ.get("TZ")

    def use(name: str) -> None:
        os.environ["TZ"] = name
        time.tzset()

    yield use
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


def half_by_hand(year: int, month: int, day: int) -> str:
    return f"{year}-{month:02d}-H{1 if day < 16 else 2}"


@pytest.mark.parametrize("name", ZONES)
def test_every_border_is_right_to_the_second_whatever_the_zone_of_the_process(
    name: str, process_zone
) -> None:
    if not (Path("/usr/share/zoneinfo") / name).exists():
        pytest.skip("the C library has no zone data here")
    zone = ZoneInfo(name)
    borders = [period_bounds(half, zone) for half in HALVES]
    results = [
        (instant, str(period_of(instant, zone)))
        for start, end in borders
        for instant in (start - SECOND, start, end - SECOND, end)
    ]
    process_zone(name)
    for instant, found in results:
        there = time.localtime(instant.timestamp())
        assert found == half_by_hand(there.tm_year, there.tm_mon, there.tm_mday)
    other_zone = "America/New_York" if name != "America/New_York" else "Asia/Tokyo"
    process_zone(other_zone)
    assert [str(period_of(instant, zone)) for instant, _ in results] == [
        found for _, found in results
    ]
    assert period_bounds(HALVES[0], zone) == (results[0][0] + SECOND, results[3][0])


@pytest.mark.parametrize("name", ZONES)
def test_halves_follow_each_other_without_gap_or_overlap(name: str) -> None:
    zone = ZoneInfo(name)
    for half in HALVES:
        assert period_bounds(half, zone)[1] == period_bounds(half.next, zone)[0]
        start, end = period_bounds(half, zone)
        assert period_of(start, zone) == half == period_of(end - SECOND, zone)
        assert period_of(start - SECOND, zone) == half.previous
        assert period_of(end, zone) == half.next


def test_shanghai_begins_its_second_half_at_sixteen_hours_utc() -> None:
    start, end = period_bounds(Period.parse("2026-11-H2"), SHANGHAI)
    assert start == datetime(2026, 11, 15, 16, tzinfo=UTC)
    assert end == datetime(2026, 11, 30, 16, tzinfo=UTC)


def test_a_day_without_midnight_starts_when_the_clock_lands_in_it() -> None:
    # Cairo 2024-04-26: 00:00 becomes 01:00, at 22:00 UTC of the day before.
    cairo = ZoneInfo("Africa/Cairo")
    assert day_starts_at(date(2024, 4, 26), cairo) == datetime(2024, 4, 25, 22, tzinfo=UTC)


def test_a_day_with_two_midnights_starts_at_the_first() -> None:
    # Havana 2026-11-01: 01:00 becomes 00:00 again.
    havana = ZoneInfo("America/Havana")
    assert day_starts_at(date(2026, 11, 1), havana) == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_is_empty() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert day_starts_at(date(2011, 12, 30), apia) == day_starts_at(date(2011, 12, 31), apia)


@pytest.mark.parametrize(
    ("text", "first", "last", "length", "due"),
    [
        ("2026-11-H1", (2026, 11, 1), (2026, 11, 15), 15, (2026, 11, 15)),
        ("2026-11-H2", (2026, 11, 16), (2026, 11, 30), 15, (2026, 11, 30)),
        ("2026-12-H2", (2026, 12, 16), (2026, 12, 31), 16, (2026, 12, 30)),
        ("2026-02-H2", (2026, 2, 16), (2026, 2, 28), 13, (2026, 2, 28)),
        ("2028-02-H2", (2028, 2, 16), (2028, 2, 29), 14, (2028, 2, 29)),
    ],
)
def test_days_and_due_dates_of_a_half(
    text: str, first: tuple, last: tuple, length: int, due: tuple
) -> None:
    half = Period.parse(text)
    assert str(half) == text
    assert (half.first_day, half.last_day) == (date(*first), date(*last))
    assert (half.days, half.due_on) == (length, date(*due))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11",
        "2026-11-h1",
        "2026-11-H3",
        "2026-13-H1",
        "2026-00-H1",
        " 2026-11-H1",
        "2026-11-H1\n",
        "26-11-H1",
        "２０２６-11-H1",
        "0000-01-H1",
        "9999-12-H2",
        "2026-11-H1" * 1000,
    ],
)
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Period.parse(text)
    assert [problem.code for problem in caught.value.problems] == ["bad_period"]


def test_a_month_has_two_halves() -> None:
    assert [str(half) for half in halves_of_month("2026-02")] == ["2026-02-H1", "2026-02-H2"]
    with pytest.raises(InvalidInput):
        halves_of_month("2026-2")


@given(days)
def test_a_day_lies_in_its_half_and_halves_are_ordered_like_time(day: date) -> None:
    half = Period.of(day)
    assert half.first_day <= day <= half.last_day
    assert half.previous < half < half.next
    assert half.next.previous == half == half.previous.next
    assert Period.parse(str(half)) == half


@given(instants, st.sampled_from(ZONES), st.integers(-20, 40))
def test_a_conversation_belongs_to_the_half_of_its_date_plus_lag(
    instant: datetime, name: str, lag: int
) -> None:
    zone = ZoneInfo(name)
    half = period_of(instant, zone, lag)
    first, last = conversation_dates(half, lag)
    assert first <= local_date(instant, zone) <= last
    start, end = period_bounds(half, zone, lag)
    assert start <= instant < end


def test_a_lag_of_three_days_lets_a_half_be_graded_ahead_of_its_due_date() -> None:
    half = Period.parse("2026-11-H1")
    assert conversation_dates(half, 3) == (date(2026, 10, 29), date(2026, 11, 12))
    evening = datetime(2026, 11, 12, 23, 59, 59, tzinfo=SHANGHAI)
    assert period_of(evening, SHANGHAI, 3) == half
    assert period_of(evening + SECOND, SHANGHAI, 3) == half.next


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_date(datetime(2026, 11, 1), SHANGHAI)


def test_sixteen_days_by_three_are_six_five_five() -> None:
    half = Period.parse("2026-12-H2")
    runs = slices(half, 3)
    assert [(last - first).days + 1 for first, last in runs] == [6, 5, 5]
    assert runs[0] == (date(2026, 12, 16), date(2026, 12, 21))
    assert runs[-1][1] == date(2026, 12, 31)


def test_with_a_lag_the_shifted_days_are_cut() -> None:
    half = Period.parse("2026-11-H1")
    assert slice_of(date(2026, 10, 29), half, 3, lag_days=3) == 1
    assert slice_of(date(2026, 11, 2), half, 3, lag_days=3) == 1
    assert slice_of(date(2026, 11, 3), half, 3, lag_days=3) == 2
    with pytest.raises(ValueError, match="not in"):
        slice_of(date(2026, 11, 13), half, 3, lag_days=3)


@given(st.sampled_from(HALVES), st.integers(1, 13))
def test_slices_cover_each_day_once_and_earlier_ones_are_longer(half: Period, count: int) -> None:
    runs = slices(half, count)
    lengths = [(last - first).days + 1 for first, last in runs]
    assert sum(lengths) == half.days
    assert lengths == sorted(lengths, reverse=True)
    assert max(lengths) - min(lengths) <= 1
    for offset in range(half.days):
        day = half.first_day + timedelta(days=offset)
        holding = [n for n, (first, last) in enumerate(runs, 1) if first <= day <= last]
        assert len(holding) == 1
        assert slice_of(day, half, count) == (holding[0] if count > 1 else None)


def test_more_slices_than_days_are_refused() -> None:
    with pytest.raises(ValueError, match="13 days"):
        slices(Period.parse("2026-02-H2"), 14)
