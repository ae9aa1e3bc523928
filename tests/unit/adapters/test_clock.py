"""Clocks tell aware times in UTC; chance is never the same twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from qa_app.adapters.clock import FixedClock, SystemClock, random_hex, random_token


def test_the_system_clock_tells_an_aware_time_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_fixed_clock_stands_still_until_it_is_moved() -> None:
    shanghai = timezone(timedelta(hours=8))
    clock = FixedClock(datetime(2026, 11, 16, 8, tzinfo=shanghai))
    assert clock.now() == clock.now() == datetime(2026, 11, 16, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    assert clock.advance(days=1, hours=2) == datetime(2026, 11, 17, 2, tzinfo=UTC)
    assert clock.now() == datetime(2026, 11, 17, 2, tzinfo=UTC)


def test_a_clock_refuses_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 11, 16))


def test_chance_has_the_length_that_is_asked_for() -> None:
    assert len(bytes.fromhex(random_hex())) == 32
    assert random_hex() != random_hex()
    assert len(random_token(16)) >= 20
