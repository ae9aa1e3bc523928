"""Means and their intervals, exact to the last digit that is shown (handbook 1 §3).

Scores are Decimal, Fraction or int, never float; only the interval beside a mean may use floats.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

Exact = Decimal | Fraction | int

HIGHEST_SCORE = 100
CONFIDENCE = 0.95
NORMAL_QUANTILE = 1.959963984540054
LARGE_SAMPLE = 1000


class Interval(NamedTuple):
    """Where the true mean lies with 95 % confidence, cut to 0..100, one decimal each."""

    low: Decimal
    high: Decimal


def round_half_up(value: Exact, places: int = 2) -> Decimal:
    """`value` with exactly `places` decimals; a half goes away from zero. Floats are refused."""
    if isinstance(value, float | bool):
        raise TypeError("scores are Decimal, Fraction or int")
    exact = Fraction(value)
    scale = 10**places
    whole, rest = divmod(abs(exact.numerator) * scale, exact.denominator)
    if rest * 2 >= exact.denominator:
        whole += 1
    sign = 1 if exact < 0 and whole else 0
    return Decimal((sign, tuple(map(int, str(whole))), -places))


def mean(scores: Iterable[Exact]) -> Decimal | None:
    """Arithmetic mean, rounded half up to 2 decimals; None where there are no scores."""
    exact = [Fraction(score) for score in scores]
    return mean_of_total(sum(exact, Fraction(0)), len(exact))


def mean_of_total(total: Exact, n: int) -> Decimal | None:
    """The mean of `n` scores that sum to `total`; None where n is 0."""
    return round_half_up(Fraction(total) / n) if n else None


def month_figure(first: Decimal | None, second: Decimal | None) -> tuple[Decimal | None, bool]:
    """A channel's month from its two published halves: (figure, one half only).

    Neither half: (None, False), never zero.
    """
    present = [half for half in (first, second) if half is not None]
    return mean(present), len(present) == 1


class Sums(NamedTuple):
    """What a mean and its interval need of scores: how many, their sum, the sum of their squares.

    A database can count them without handing over every score.
    """

    n: int
    total: Fraction
    squares: Fraction

    @classmethod
    def of(cls, scores: Iterable[Exact]) -> Sums:
        exact = [Fraction(score) for score in scores]
        return cls(len(exact), sum(exact, Fraction(0)), sum((x * x for x in exact), Fraction(0)))


def half_width(scores: Sequence[Exact], population: int) -> float | None:
    """t(0.975, n-1) * s/sqrt(n) * sqrt(1 - n/N); None for n < 2. `population` is N."""
    return half_width_of_sums(Sums.of(scores), population)


def half_width_of_sums(sums: Sums, population: int) -> float | None:
    """As `half_width`, from the sums of the scores."""
    n = sums.n
    if n < 2:
        return None
    variance = (sums.squares - sums.total**2 / n) / (n - 1)
    unseen = max(Fraction(0), 1 - Fraction(n, population)) if population > 0 else Fraction(0)
    return t_quantile(n - 1) * math.sqrt(variance * unseen / n)


def interval(scores: Sequence[Exact], population: int) -> Interval | None:
    """The interval beside the mean of `scores` drawn from `population` conversations."""
    return interval_of_sums(Sums.of(scores), population)


def interval_of_sums(sums: Sums, population: int) -> Interval | None:
    """As `interval`, from the sums of the scores."""
    figure = mean_of_total(sums.total, sums.n)
    return interval_around(figure, half_width_of_sums(sums, population))


def month_half_width(
    first: tuple[Decimal | None, float | None], second: tuple[Decimal | None, float | None]
) -> float | None:
    """Half-width of a month figure from (figure, half-width) of its halves: 1/2 sqrt(h1^2 + h2^2).

    With one half only, that half's own; None where a half that counts has none.
    """
    widths = [width for figure, width in (first, second) if figure is not None]
    if not widths or any(width is None for width in widths):
        return None
    return math.hypot(*(width for width in widths if width is not None)) / len(widths)


def month_interval(
    first: tuple[Decimal | None, float | None], second: tuple[Decimal | None, float | None]
) -> Interval | None:
    """The interval beside a month figure, from (figure, half-width) of its halves."""
    figure, _ = month_figure(first[0], second[0])
    return interval_around(figure, month_half_width(first, second))


def interval_around(figure: Decimal | None, width: float | None) -> Interval | None:
    """`figure` ± `width`, cut to 0..100, one decimal, half up; None where either is missing."""
    if figure is None or width is None:
        return None
    reach = Fraction(width)
    low = max(Fraction(0), Fraction(figure) - reach)
    high = min(Fraction(HIGHEST_SCORE), Fraction(figure) + reach)
    return Interval(round_half_up(low, 1), round_half_up(high, 1))


@lru_cache(maxsize=4096)
def t_quantile(degrees: int) -> float:
    """The 0.975 quantile of Student's t with `degrees` >= 1 degrees of freedom."""
    if degrees < 1:
        raise ValueError("t needs at least one degree of freedom")
    if degrees > LARGE_SAMPLE:
        return _large_sample_quantile(degrees)
    low, high = NORMAL_QUANTILE, 13.0
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _central_probability(middle, degrees) < CONFIDENCE:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _central_probability(t: float, degrees: int) -> float:
    """P(|T| < t), by the finite series of Abramowitz and Stegun 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    if degrees == 1:
        return 2 * angle / math.pi
    first = 2 if degrees % 2 else 1
    term = cosine if degrees % 2 else 1.0
    total = term
    for step in range(first, degrees - 2, 2):
        term *= step / (step + 1) * cosine * cosine
        total += term
    return 2 / math.pi * (angle + sine * total) if degrees % 2 else sine * total


def _large_sample_quantile(degrees: int) -> float:
    """Cornish-Fisher expansion around the normal quantile (Abramowitz and Stegun 26.7.5)."""
    z = NORMAL_QUANTILE
    return (
        z
        + (z**3 + z) / (4 * degrees)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3)
    )
