"""What a scorecard is made of: frozen models, the one source of its structure and JSON schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.json_schema import WithJsonSchema

from scorecards.canonical import digest_of
from scorecards.numbers import json_number
from scorecards.text import PartialText, Text

Item = TypeVar("Item")


def _number(value: object) -> object:
    if not isinstance(value, Decimal):
        raise ValueError("must be a number")
    return value


def _whole(value: object) -> object:
    if not isinstance(value, Decimal) or value != value.to_integral_value():
        raise ValueError("must be a whole number")
    return int(value)


_exact = BeforeValidator(_number)
_whole_number = BeforeValidator(_whole)

Number = Annotated[Decimal, _exact, WithJsonSchema({"type": "number"})]
Positive = Annotated[
    Decimal, Field(gt=0), _exact, WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
NotNegative = Annotated[
    Decimal, Field(ge=0), _exact, WithJsonSchema({"type": "number", "minimum": 0})
]
Share = Annotated[
    Decimal,
    Field(ge=0, le=1),
    _exact,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]
Whole = Annotated[int, _whole_number]
Count = Annotated[int, Field(ge=1), _whole_number]
Answer = str | Number
"""An answer as a definition names it: the id of an option or item, yes, no, or a rating."""

FormId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
PartId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Many = Annotated[tuple[Item, ...], Field(strict=False)]
Some = Annotated[tuple[Item, ...], Field(strict=False, min_length=1)]

Channel = Literal["call", "chat", "any"]
ErrorClass = Literal["customer", "business", "compliance"]
Scope = Literal["form", "section"]


class Part(BaseModel):
    """Common to all parts: frozen, no unknown keys, no guessing of types."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_by_name=False, validate_by_alias=True
    )


class Reason(Part):
    id: PartId
    title: Text


class Band(Part):
    """A named stretch of scores, from its lower end up to the next better one."""

    id: PartId
    from_: NotNegative = Field(alias="from")
    title: Text


class Condition(Part):
    """Holds when the named earlier question was given one of the answers."""

    question: PartId
    in_: Some[Answer] = Field(alias="in")


class ShowIf(Part):
    """Shows a question when all, or any, of its conditions hold."""

    all_: Some[Condition] | None = Field(default=None, alias="all")
    any_: Some[Condition] | None = Field(default=None, alias="any")

    @property
    def needs_all(self) -> bool:
        return self.all_ is not None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.all_ or self.any_ or ()


class Fatal(Part):
    """What every kind of fatal answer has: how far it reaches and which rate it feeds."""

    scope: Scope = "form"
    class_: ErrorClass | None = Field(default=None, alias="class")


class FatalAnswers(Fatal):
    on: Some[Answer]


class FatalNumber(Fatal):
    below: Number | None = None
    above: Number | None = None


class FatalCount(Fatal):
    from_: Count = Field(alias="from")


class Question(Part):
    """Common to all questions."""

    id: PartId
    title: Text
    guide: PartialText | None = None
    type: str
    allow_na: bool = False
    reasons: Many[Reason] = ()
    evidence: Literal["never", "on_loss"] = "never"
    show_if: ShowIf | None = None

    @property
    def is_scored(self) -> bool:
        """Say whether the question has an attainment (handbook 2 §3.2)."""
        return isinstance(self, ScoredQuestion)


class ScoredQuestion(Question):
    points: Positive = Decimal(1)


class YesNoQuestion(ScoredQuestion):
    type: Literal["yes_no"]
    good: Literal["yes", "no"] = "yes"
    fatal: FatalAnswers | None = None


class Option(Part):
    id: PartId
    title: Text
    value: Share


class ChoiceQuestion(ScoredQuestion):
    type: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(strict=False, min_length=2)]
    fatal: FatalAnswers | None = None


class ChecklistItem(Part):
    id: PartId
    title: Text
    points: Positive = Decimal(1)


class ChecklistQuestion(ScoredQuestion):
    type: Literal["checklist"]
    items: Some[ChecklistItem]
    fatal: FatalAnswers | None = None


class RatingQuestion(ScoredQuestion):
    type: Literal["rating"]
    min: Whole = 1
    max: Whole = 5
    fatal: FatalAnswers | None = None


class NumberBand(Part):
    """The value of all numbers up to `to`; of all the rest where `to` is left out."""

    to: Number | None = None
    value: Share


class NumberQuestion(ScoredQuestion):
    type: Literal["number"]
    min: Number | None = None
    max: Number | None = None
    bands: Some[NumberBand]
    fatal: FatalNumber | None = None


class DeductQuestion(Question):
    type: Literal["deduct"]
    each: Positive
    at_most: Positive | None = None
    fatal: FatalCount | None = None


class BonusQuestion(Question):
    type: Literal["bonus"]
    min: NotNegative
    max: NotNegative
    step: Positive


class TextQuestion(Question):
    type: Literal["text"]


AnyQuestion = Annotated[
    YesNoQuestion
    | ChoiceQuestion
    | ChecklistQuestion
    | RatingQuestion
    | NumberQuestion
    | DeductQuestion
    | BonusQuestion
    | TextQuestion,
    Field(discriminator="type"),
]


class Section(Part):
    id: PartId
    title: Text
    weight: Positive | None = None
    questions: Some[AnyQuestion]


class Scorecard(Part):
    """A checked definition. Made by `scorecards.load`; never changes."""

    id: FormId
    title: Text
    channel: Channel
    full_marks: Positive = Decimal(100)
    cap: Positive = Field(default_factory=lambda known: known.get("full_marks", Decimal(100)))
    not_applicable: Literal["redistribute", "full_marks"] = "redistribute"
    bands: Many[Band] = ()
    sections: Some[Section]

    @cached_property
    def questions(self) -> tuple[AnyQuestion, ...]:
        """All questions in the order of the form."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def _questions_by_id(self) -> dict[str, AnyQuestion]:
        return {question.id: question for question in self.questions}

    def question(self, question_id: str) -> AnyQuestion:
        """Return one question; raises KeyError."""
        return self._questions_by_id[question_id]

    def section_of(self, question_id: str) -> Section:
        """Return the section that holds a question; raises KeyError."""
        for section in self.sections:
            if any(question.id == question_id for question in section.questions):
                return section
        raise KeyError(question_id)

    def band(self, band_id: str) -> Band:
        """Return one band; raises KeyError."""
        for band in self.bands:
            if band.id == band_id:
                return band
        raise KeyError(band_id)

    def to_dict(self) -> dict[str, Any]:
        """Return the definition as JSON values, defaults filled in (handbook 2 §5)."""
        return dict(_mapping(self.model_dump(by_alias=True, exclude_none=True)))

    @cached_property
    def digest(self) -> str:
        """The identity of the definition: SHA-256 of its canonical JSON (handbook 2 §5)."""
        return digest_of(self.to_dict())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scorecard) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def _mapping(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Turn dumped values into JSON values; lists that may be left out and are empty vanish."""
    for key, value in values.items():
        if value != ():
            yield key, _json_value(value)


def _json_value(value: Any) -> Any:
    if isinstance(value, dict):
        return dict(_mapping(value))
    if isinstance(value, tuple):
        return [_json_value(item) for item in value]
    return json_number(value) if isinstance(value, Decimal) else value
