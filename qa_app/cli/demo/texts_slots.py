"""Fills the slots of a demo conversation: names, numbers, days. All of them are made up."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random

from qa_app.cli.demo.texts_model import Phrases, Scenario

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NUMERALS = "零一二三四五六七八九十"
_ARTICLE = re.compile(r"\b([Aa]) (?=[aeio])")


class Slots:
    """The facts of one conversation; digits are words in a call and figures in a chat."""

    def __init__(
        self,
        rng: Random,
        phrases: Phrases,
        scenario: Scenario,
        channel: str,
        agent: str | None,
        on: date,
    ) -> None:
        self._is_chinese = bool(phrases.digits)
        self._is_spoken = channel == "call"
        name = rng.choice(phrases.names)
        self.product = rng.choice(phrases.products[scenario.goods])
        self.customer = _addressed(rng, name, self._is_chinese)
        morning = rng.random() < 0.5
        self._later = self._day(on + timedelta(days=rng.randint(1, 6)))
        self._values = {
            "company": phrases.company,
            "agent": agent or rng.choice(phrases.agents),
            "name": name,
            "product": self.product,
            "product2": rng.choice(phrases.products["goods"]),
            "city": rng.choice(phrases.cities),
            "carrier": rng.choice(phrases.carriers),
            "order": self._number(rng, 5),
            "other": self._number(rng, 5),
            "case": self._number(rng, 4),
            "tail": self._number(rng, 4),
            "badge": self._number(rng, 3),
            "amount": self._count(rng.choice((19, 29, 39, 49, 59, 68, 79, 88, 99))),
            "hours": self._count(rng.choice((24, 48, 72))),
            "days": self._count(rng.randint(3, 9)),
            "date": self._day(on - timedelta(days=rng.randint(3, 12))),
            "later": self._later,
            "period": self._period(morning),
            "part": "day" if morning else "evening",
        }

    def look_ahead(self) -> None:
        """From here on a day that is named lies in the future."""
        self._values["date"] = self._later

    def fill(self, template: str) -> str:
        text = template.format_map(self._values)
        return text if self._is_chinese else _ARTICLE.sub(r"\1n ", text)

    def _number(self, rng: Random, length: int) -> str:
        digits = [rng.randint(0, 9) for _ in range(length)]
        if not self._is_spoken:
            return "".join(map(str, digits))
        if self._is_chinese:
            return "".join(_NUMERALS[digit] for digit in digits)
        return " ".join(_DIGITS[digit] for digit in digits)

    def _count(self, value: int) -> str:
        return _chinese_number(value) if self._is_spoken and self._is_chinese else str(value)

    def _day(self, day: date) -> str:
        if not self._is_chinese:
            return f"{day.day} {_MONTHS[day.month - 1]}"
        if self._is_spoken:
            return f"{_chinese_number(day.month)}月{_chinese_number(day.day)}号"
        return f"{day.month}月{day.day}号"

    def _period(self, morning: bool) -> str:
        if self._is_chinese:
            return "上午" if morning else "下午"
        return "morning" if morning else "afternoon"


def _addressed(rng: Random, name: str, is_chinese: bool) -> str:
    if is_chinese:
        return name + rng.choice(("女士", "先生"))
    return f"{rng.choice(('Ms', 'Mr'))} {name}"


def _chinese_number(value: int) -> str:
    tens, ones = divmod(value, 10)
    if not tens:
        return _NUMERALS[ones]
    return f"{_NUMERALS[tens] if tens > 1 else ''}十{_NUMERALS[ones] if ones else ''}"
