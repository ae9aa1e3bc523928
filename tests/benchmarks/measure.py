"""Timing and the table: medians, 95th percentiles, ratios to a floor."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report. `floor` is what the same machine needs for the bare minimum."""

    name: str
    value: str
    floor: str
    ratio: str
    goal: str
    met: bool | None

    def text(self) -> str:
        mark = {True: "ok", False: "MISSED", None: ""}[self.met]
        return (
            f"{self.name:<46}{self.value:>24}{self.floor:>30}{self.ratio:>9}  {self.goal:<26}{mark}"
        )


HEAD = Row("what", "measured", "floor", "ratio", "our goal", None).text()


def once(act: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def many(act: Callable[[int], object], numbers: Iterable[int]) -> list[float]:
    """Milliseconds of each call."""
    return [once(lambda number=number: act(number)) * 1000 for number in numbers]


def p50(times: Sequence[float]) -> float:
    return statistics.median(times)


def p95(times: Sequence[float]) -> float:
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


def latency(
    name: str, times: Sequence[float], floor: Sequence[float] | None, goal_ms: float | None
) -> Row:
    """A row of p50 / p95 in ms, beside those of a floor."""
    base = f"{p50(floor):.1f} / {p95(floor):.1f} ms" if floor else ""
    ratio = f"{p50(times) / p50(floor):.1f}x" if floor else ""
    goal = f"p50 <= {goal_ms:g} ms" if goal_ms else ""
    met = p50(times) <= goal_ms if goal_ms else None
    return Row(name, f"{p50(times):.1f} / {p95(times):.1f} ms", base, ratio, goal, met)


def rate(
    name: str, per_second: float, floor: float | None, goal: float | None, unit: str = "/s"
) -> Row:
    """A row of so many a second; the ratio says how many times slower than the floor."""
    base = f"{floor:,.0f}{unit}" if floor else ""
    ratio = f"{floor / per_second:.1f}x" if floor else ""
    wanted = f">= {goal:,.0f}{unit}" if goal else ""
    met = per_second >= goal if goal else None
    return Row(name, f"{per_second:,.0f}{unit}", base, ratio, wanted, met)


def amount(name: str, value: float, unit: str, goal: float | None, places: int = 1) -> Row:
    """A row of a size or a duration that should not be above a goal."""
    wanted = f"<= {goal:g} {unit}" if goal else ""
    met = value <= goal if goal else None
    return Row(name, f"{value:,.{places}f} {unit}", "", "", wanted, met)


def against(name: str, value: float, floor: float, unit: str) -> Row:
    """A row of a size beside that of a floor."""
    ratio = f"{value / floor:.1f}x" if floor else ""
    return Row(name, f"{value:,.2f} {unit}", f"{floor:,.2f} {unit}", ratio, "", None)


def note(name: str, words: str) -> Row:
    """A row that could not be measured, with the reason."""
    return Row(name, words, "", "", "", None)
