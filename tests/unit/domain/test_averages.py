"""Means and intervals against pocket-calculator tables and an oracle in whole numbers."""

from __future__ import annotations

import math
import random
import statistics
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.averages import (
    half_width,
    interval,
    interval_around,
    mean,
    mean_of_total,
    month_figure,
    month_half_width,
    month_interval,
    round_half_up,
    t_quantile,
)

scores = st.decimals(0, 100, places=2)


def hundredths(value: Decimal) -> int:
    return int(value.scaleb(2))


def mean_by_whole_numbers(values: list[int]) -> int:
    """Half up in whole hundredths: floor((2 sum + n) / 2n)."""
    return (2 * sum(values) + len(values)) // (2 * len(values))


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(2, 3), 2, "0.67"),
        (Decimal("86.505"), 2, "86.51"),
        (Decimal("86.5049999999999999999999999999999999999"), 2, "86.50"),
        (Decimal("0.125"), 2, "0.13"),
        (Decimal("-0.005"), 2, "-0.01"),
        (Decimal("-0.004"), 2, "0.00"),
        (5, 2, "5.00"),
        (Fraction(281, 2), 0, "141"),
        (
            Fraction(12345678901234567890123456789012345, 100),
            1,
            "123456789012345678901234567890123.5",
        ),
        (Decimal("0.95"), 1, "1.0"),
    ],
)
def test_a_half_is_rounded_up(value: object, places: int, shown: str) -> None:
    assert str(round_half_up(value, places)) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, True, float("nan")])
def test_floats_are_no_scores(value: object) -> None:
    with pytest.raises(TypeError):
        round_half_up(value)  # type: ignore[arg-type]


def test_the_context_of_decimal_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 3
        assert mean([Decimal("99.99"), Decimal("99.98"), Decimal("99.98")]) == Decimal("99.98")
        assert str(round_half_up(Fraction(123456789, 1000))) == "123456.79"
    assert getcontext().prec > 3


@given(st.lists(scores, min_size=1, max_size=40))
def test_a_mean_is_that_of_whole_number_arithmetic(values: list[Decimal]) -> None:
    expected = mean_by_whole_numbers([hundredths(value) for value in values])
    assert hundredths(mean(values)) == expected
    assert hundredths(mean_of_total(sum(values, Decimal(0)), len(values))) == expected
    assert mean(reversed(values)) == mean(values)


def test_a_hundred_thousand_means_are_none_of_them_off() -> None:
    chance = random.Random(20261101)
    off = 0
    for _ in range(100_000):
        values = [chance.randrange(10_001) for _ in range(chance.randrange(1, 9))]
        found = mean_of_total(Decimal(sum(values)).scaleb(-2), len(values))
        off += hundredths(found) != mean_by_whole_numbers(values)
    assert off == 0


def test_no_scores_have_no_mean_and_that_is_not_zero() -> None:
    assert mean([]) is None
    assert mean_of_total(0, 0) is None
    assert mean([Decimal(0)]) == 0


@pytest.mark.parametrize(
    ("first", "second", "figure", "one_half_only"),
    [
        ("86.50", "91.25", "88.88", False),
        (None, "78.00", "78.00", True),
        ("78.00", None, "78.00", True),
        (None, None, None, False),
        ("0.00", "0.01", "0.01", False),
    ],
)
def test_a_month_is_the_mean_of_its_halves(
    first: str | None, second: str | None, figure: str | None, one_half_only: bool
) -> None:
    halves = [None if half is None else Decimal(half) for half in (first, second)]
    expected = None if figure is None else Decimal(figure)
    assert month_figure(*halves) == (expected, one_half_only)


# Student's t, 0.975: Fisher and Yates, Statistical Tables, table III.
T_TABLE = {
    1: 12.706,
    2: 4.303,
    3: 3.182,
    4: 2.776,
    5: 2.571,
    6: 2.447,
    7: 2.365,
    8: 2.306,
    9: 2.262,
    10: 2.228,
    11: 2.201,
    12: 2.179,
    13: 2.160,
    14: 2.145,
    15: 2.131,
    16: 2.120,
    17: 2.110,
    18: 2.101,
    19: 2.093,
    20: 2.086,
    21: 2.080,
    22: 2.074,
    23: 2.069,
    24: 2.064,
    25: 2.060,
    26: 2.056,
    27: 2.052,
    28: 2.048,
    29: 2.045,
    30: 2.042,
    40: 2.021,
    60: 2.000,
    120: 1.980,
    10**9: 1.960,
}


@pytest.mark.parametrize(("degrees", "value"), T_TABLE.items())
def test_t_agrees_with_the_printed_table(degrees: int, value: float) -> None:
    assert round(t_quantile(degrees), 3) == value


def test_t_agrees_with_its_closed_forms_and_joins_its_expansion() -> None:
    assert t_quantile(1) == pytest.approx(math.tan(math.pi * 0.475), rel=1e-12)
    assert t_quantile(2) == pytest.approx(0.95 / math.sqrt(2 * 0.975 * 0.025), rel=1e-12)
    assert t_quantile(1000) > t_quantile(1001) > t_quantile(1002)
    assert t_quantile(1000) - t_quantile(1001) == pytest.approx(2.374e-6, rel=1e-3)


def test_an_interval_calculated_by_hand() -> None:
    # n = 4, N = 400; mean 85, s^2 = (25+25+225+225)/3; t(0.975, 3) = 3.18245
    # 3.18245 * sqrt(166.667/4) * sqrt(0.99) = 20.4397
    four = [Decimal("80.00"), Decimal("90.00"), Decimal("70.00"), Decimal("100.00")]
    assert half_width(four, 400) == pytest.approx(20.4397, abs=1e-4)
    assert interval(four, 400) == (Decimal("64.6"), Decimal("100.0"))


def test_an_interval_is_cut_at_both_ends() -> None:
    assert interval([Decimal(0), Decimal(100)], 1000) == (Decimal("0.0"), Decimal("100.0"))


def test_who_was_graded_completely_has_no_uncertainty_left() -> None:
    assert interval([Decimal(80), Decimal(90)], 2) == (Decimal("85.0"), Decimal("85.0"))
    assert interval([Decimal(80), Decimal(90)], 1) == (Decimal("85.0"), Decimal("85.0"))


@pytest.mark.parametrize("few", [[], [Decimal(80)]])
def test_fewer_than_two_scores_have_no_interval(few: list[Decimal]) -> None:
    assert interval(few, 100) is None


@given(st.lists(scores, min_size=2, max_size=30), st.integers(0, 500))
def test_the_half_width_is_the_textbook_formula(values: list[Decimal], more: int) -> None:
    n, population = len(values), len(values) + more
    expected = (
        t_quantile(n - 1)
        * float(statistics.stdev(values))
        / math.sqrt(n)
        * math.sqrt(1 - n / population)
    )
    assert half_width(values, population) == pytest.approx(expected, abs=1e-9)
    low, high = interval(values, population)
    assert 0 <= low <= high <= 100
    assert low <= mean(values) + Decimal("0.05")
    assert high >= mean(values) - Decimal("0.05")


def test_the_interval_of_a_month() -> None:
    first, second = (Decimal("80.00"), 3.0), (Decimal("90.00"), 4.0)
    assert month_half_width(first, second) == 2.5
    assert month_interval(first, second) == (Decimal("82.5"), Decimal("87.5"))


def test_one_half_only_keeps_its_own_interval() -> None:
    assert month_interval((Decimal("80.00"), 3.0), (None, None)) == (
        Decimal("77.0"),
        Decimal("83.0"),
    )


def test_a_half_without_interval_leaves_the_month_without_one() -> None:
    assert month_interval((Decimal("80.00"), 3.0), (Decimal("90.00"), None)) is None
    assert month_interval((None, None), (None, None)) is None
    assert interval_around(Decimal(80), None) is None
