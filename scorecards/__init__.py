"""Scorecards: read a definition, say what is wrong with it, score a sheet, compare versions.

A library of its own: it knows no database and no web. The format and the arithmetic are those
of the handbook's page on scorecards.
"""

from scorecards.answers import SheetProblem
from scorecards.canonical import canonical_json, digest_of
from scorecards.checking import check, examine, load
from scorecards.definition import (
    Band,
    BonusQuestion,
    ChecklistQuestion,
    ChoiceQuestion,
    DeductQuestion,
    NumberQuestion,
    Question,
    RatingQuestion,
    Reason,
    Scorecard,
    ScoredQuestion,
    Section,
    TextQuestion,
    YesNoQuestion,
)
from scorecards.diff import Change, Changes, compare
from scorecards.errors import Problem, ScorecardError, UnknownForm
from scorecards.result import FatalHit, QuestionResult, Result, SectionResult
from scorecards.schema import json_schema
from scorecards.scoring import score
from scorecards.shelf import load_shipped, shipped, shipped_text
from scorecards.text import PartialText, Text
from scorecards.writing import to_yaml

__all__ = [
    "Band",
    "BonusQuestion",
    "Change",
    "Changes",
    "ChecklistQuestion",
    "ChoiceQuestion",
    "DeductQuestion",
    "FatalHit",
    "NumberQuestion",
    "PartialText",
    "Problem",
    "Question",
    "QuestionResult",
    "RatingQuestion",
    "Reason",
    "Result",
    "Scorecard",
    "ScorecardError",
    "ScoredQuestion",
    "Section",
    "SectionResult",
    "SheetProblem",
    "Text",
    "TextQuestion",
    "UnknownForm",
    "YesNoQuestion",
    "canonical_json",
    "check",
    "compare",
    "digest_of",
    "examine",
    "json_schema",
    "load",
    "load_shipped",
    "score",
    "shipped",
    "shipped_text",
    "to_yaml",
]
