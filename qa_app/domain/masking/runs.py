"""Digits in a row: written together, in groups, or spoken one by one with short gaps between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa_app.domain.masking.signs import CHINESE_DIGITS, FILL

FEWEST = 7
LABEL_WITHIN = 14
_GAP_SIGNS = r" \t\n\u00a0.\-_·\u2010-\u2015/()，、。；~…嗯呃额啊哦哎唔杠横空格那个然后面是再来"
GAP = rf"(?:{FILL}{{0,4}}(?:[{_GAP_SIGNS}]|[,;](?=\s)){{0,5}})"
_DIGIT = re.compile(r"[0-9]")
_RUN = re.compile(rf"[0-9](?:{GAP}[0-9]){{{FEWEST - 1},}}+")
_RAW_DIGIT = rf"[0-9\uff10-\uff19{CHINESE_DIGITS}]"
_RAW_GAP = rf"[{_GAP_SIGNS},;\u3000\uff08\uff09\uff0d\uff0e\uff0f\uff3f]{{0,5}}"
_MAYBE = re.compile(rf"{_RAW_DIGIT}(?:{_RAW_GAP}{_RAW_DIGIT}){{{FEWEST - 1}}}")


@dataclass(frozen=True, slots=True)
class Run:
    """Digits in a row and the text that they stand in."""

    plain: str
    digits: str
    places: list[int]
    """Where each digit stands in the text."""
    starts: bytearray
    """1 where a digit begins a group: a gap stands before it, or nothing."""

    def begins(self, first: int) -> bool:
        return bool(self.starts[first])

    def ends(self, last: int) -> bool:
        """Whether a group ends with this digit, and no fraction goes on behind it."""
        if last + 1 >= len(self.digits):
            return True
        return bool(self.starts[last + 1]) and not self.is_fraction(last + 1)

    def is_fraction(self, first: int) -> bool:
        """Whether digits and a point stand right before this digit: 128.50."""
        place = self.places[first]
        return first > 0 and self.places[first - 1] == place - 2 and self.plain[place - 1] == "."

    def groups(self, first: int, length: int) -> list[int]:
        """The lengths of the groups that a stretch of digits is written in."""
        found = [0]
        for order in range(first, first + length):
            if self.starts[order] and found[-1]:
                found.append(0)
            found[-1] += 1
        return found

    def written(self, first: int, length: int) -> str:
        """The stretch as it stands in the text, gaps and all."""
        return self.plain[self.places[first] : self.places[first + length - 1] + 1]

    def before(self, first: int) -> str:
        """What stands in front of a digit: plus signs, labels."""
        place = self.places[first]
        return self.plain[max(0, place - LABEL_WITHIN) : place]

    def behind(self, last: int) -> str:
        """What stands after a digit."""
        place = self.places[last] + 1
        return self.plain[place : place + LABEL_WITHIN]


def may_hold_run(text: str) -> bool:
    """A cheap look at a text that was not made plain yet."""
    return _MAYBE.search(text) is not None


def runs(plain: str) -> Iterator[Run]:
    """Every run of at least FEWEST digits in a plain text."""
    for match in _RUN.finditer(plain):
        places = [found.start() for found in _DIGIT.finditer(plain, *match.span())]
        starts = bytearray(len(places))
        before = -2
        for order, place in enumerate(places):
            starts[order] = place != before + 1
            before = place
        yield Run(plain, "".join([plain[place] for place in places]), places, starts)
