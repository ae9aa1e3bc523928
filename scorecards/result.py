"""What scoring a sheet gives: points, and question by question where they went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from scorecards.answers import SheetProblem

State = Literal["counted", "na", "hidden", "unanswered", "effect", "unscored"]


@dataclass(frozen=True, slots=True)
class FatalHit:
    """A fatal answer that was given."""

    question: str
    scope: str
    class_: str | None

    def to_dict(self) -> dict[str, str | None]:
        return {"question": self.question, "scope": self.scope, "class": self.class_}


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question: whether it counted, its attainment (4 decimals), the points it cost (2)."""

    state: State
    attainment: Decimal | None
    lost: Decimal

    def to_dict(self) -> dict[str, str | None]:
        return {
            "state": self.state,
            "attainment": _text(self.attainment),
            "lost": str(self.lost),
        }


@dataclass(frozen=True, slots=True)
class SectionResult:
    """One section: its attainment with section fatals, None when nothing counted."""

    attainment: Decimal | None

    def to_dict(self) -> dict[str, str | None]:
        return {"attainment": _text(self.attainment)}


@dataclass(frozen=True, slots=True)
class Result:
    """A scored sheet (handbook 2 §3). Points have 2 decimals, attainments 4, rounded half up."""

    complete: bool
    missing: tuple[str, ...]
    problems: tuple[SheetProblem, ...]
    score: Decimal | None
    score_without_fatals: Decimal | None
    attainment: Decimal | None
    deductions: Decimal
    bonus: Decimal
    band: str | None
    fatals: tuple[FatalHit, ...]
    sections: Mapping[str, SectionResult] = field(hash=False)
    questions: Mapping[str, QuestionResult] = field(hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, numbers as strings."""
        return {
            "complete": self.complete,
            "missing": list(self.missing),
            "problems": [problem.to_dict() for problem in self.problems],
            "score": _text(self.score),
            "score_without_fatals": _text(self.score_without_fatals),
            "attainment": _text(self.attainment),
            "deductions": str(self.deductions),
            "bonus": str(self.bonus),
            "band": self.band,
            "fatals": [fatal.to_dict() for fatal in self.fatals],
            "sections": {key: part.to_dict() for key, part in self.sections.items()},
            "questions": {key: part.to_dict() for key, part in self.questions.items()},
        }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
