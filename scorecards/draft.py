"""Views of a definition that may be wrong anywhere: what is unusable reads as absent.

So every rule can be checked on what is there, whatever else is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

from scorecards.nodes import Path

SCORED = {"yes_no", "choice", "checklist", "rating", "number"}
SINGLE_ANSWER = {"yes_no", "choice", "rating"}
TYPES = SCORED | {"deduct", "bonus", "text"}
UNANSWERABLE = {"number", "deduct", "bonus", "text"}
"""Types that no condition can look at."""


class Draft:
    """One mapping of a definition and the path where it stands."""

    def __init__(self, data: dict[str, Any], path: Path = ()) -> None:
        self.data = data
        self.path = path

    def has(self, key: str) -> bool:
        return key in self.data

    def at(self, *steps: str | int) -> Path:
        return (*self.path, *steps)

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str, default: Decimal | int | None = None) -> Decimal | None:
        """Return a number, its default where the key is absent, None where it is no number."""
        value = self.data.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        return value if isinstance(value, Decimal) else None

    def positive(self, key: str, default: Decimal | int | None = None) -> Decimal | None:
        value = self.number(key, default)
        return value if value is not None and value > 0 else None

    def part(self, key: str) -> Draft | None:
        value = self.data.get(key)
        return Draft(value, self.at(key)) if isinstance(value, dict) else None

    def parts(self, key: str) -> list[Draft]:
        """Return the mappings of a list; what is no mapping is skipped."""
        return [Draft(value, path) for value, path in self._mappings(key)]

    def values(self, key: str) -> list[Any]:
        value = self.data.get(key)
        return value if isinstance(value, list) else []

    def _mappings(self, key: str) -> Iterator[tuple[dict[str, Any], Path]]:
        for index, value in enumerate(self.values(key)):
            if isinstance(value, dict):
                yield value, self.at(key, index)

    @property
    def id(self) -> str | None:
        return self.text("id")


class DraftQuestion(Draft):
    """One question, with what rules ask of it."""

    position = 0

    @cached_property
    def type(self) -> str | None:
        kind = self.text("type")
        return kind if kind in TYPES else None

    @property
    def is_scored(self) -> bool:
        return self.type in SCORED

    @cached_property
    def points(self) -> Decimal | None:
        return self.positive("points", 1)

    @cached_property
    def fatal(self) -> Draft | None:
        return self.part("fatal")

    @cached_property
    def range(self) -> tuple[Decimal | None, Decimal | None]:
        """The lowest and the highest number that answers a rating or number question."""
        if self.type == "rating":
            return self.number("min", 1), self.number("max", 5)
        return self.number("min"), self.number("max")

    @cached_property
    def _answer_ids(self) -> set[str]:
        key = {"choice": "options", "checklist": "items"}.get(self.type or "", "")
        return {part.id for part in self.parts(key) if part.id is not None}

    def can_be_answered(self, answer: Any) -> bool:
        """Say whether an answer, option or item named elsewhere exists here."""
        if self.type == "yes_no":
            return answer in ("yes", "no") if isinstance(answer, str) else False
        if self.type == "rating":
            return self._can_be_rated(answer)
        return isinstance(answer, str) and answer in self._answer_ids

    def _can_be_rated(self, answer: Any) -> bool:
        if not isinstance(answer, Decimal) or answer != answer.to_integral_value():
            return False
        low, high = self.range
        return (low is None or answer >= low) and (high is None or answer <= high)


class DraftSection(Draft):
    """One section and its questions."""

    @cached_property
    def questions(self) -> list[DraftQuestion]:
        return [DraftQuestion(value, path) for value, path in self._mappings("questions")]

    @cached_property
    def scored(self) -> list[DraftQuestion]:
        return [question for question in self.questions if question.is_scored]

    @cached_property
    def is_known(self) -> bool:
        """Say whether every question's type can be read."""
        return all(question.type for question in self.questions)


class DraftForm(Draft):
    """The whole form."""

    @cached_property
    def sections(self) -> list[DraftSection]:
        return [DraftSection(value, path) for value, path in self._mappings("sections")]

    @cached_property
    def questions(self) -> list[DraftQuestion]:
        found = [question for section in self.sections for question in section.questions]
        for position, question in enumerate(found):
            question.position = position
        return found

    @cached_property
    def scored(self) -> list[DraftQuestion]:
        return [question for question in self.questions if question.is_scored]

    @cached_property
    def scored_sections(self) -> list[DraftSection]:
        return [section for section in self.sections if section.scored]

    @cached_property
    def by_id(self) -> dict[str, DraftQuestion]:
        found: dict[str, DraftQuestion] = {}
        for question in self.questions:
            if question.id is not None:
                found.setdefault(question.id, question)
        return found

    @property
    def full_marks(self) -> Decimal | None:
        return self.positive("full_marks", 100)

    @property
    def cap(self) -> Decimal | None:
        return self.positive("cap") if self.has("cap") else self.full_marks
