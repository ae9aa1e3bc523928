"""Checks the shape of a definition against the models: keys, types, ranges of single values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import ConfigDict, ValidationError

from scorecards.definition import Question, Scorecard
from scorecards.errors import Level
from scorecards.nodes import Path


class Finding(NamedTuple):
    """A problem whose path has not been spelled yet."""

    path: Path
    code: str
    message: str
    level: Level = "error"


class _QuestionOfNoType(Question):
    """What can be said about a question whose type nobody knows."""

    model_config = ConfigDict(extra="ignore")


_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "union_tag_invalid": "unknown_type",
    "union_tag_not_found": "missing",
    "greater_than": "not_positive",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "too_short": "too_few",
    "string_pattern_mismatch": "bad_id",
    "literal_error": "unknown_value",
}


def read_structure(data: Any) -> tuple[Scorecard | None, list[Finding]]:
    """Return the models, or what keeps the values from fitting them."""
    try:
        return Scorecard.model_validate(data), []
    except ValidationError as error:
        return None, _once(_findings(data, error))


def _once(findings: Iterator[Finding]) -> list[Finding]:
    return list({(finding.path, finding.code): finding for finding in findings}.values())


def _findings(data: Any, error: ValidationError) -> Iterator[Finding]:
    for detail in error.errors(include_url=False, include_input=False):
        path = _path(detail["loc"])
        kind = detail["type"]
        if kind == "default_factory_not_called":
            continue
        if kind in {"union_tag_invalid", "union_tag_not_found"}:
            yield from _question_of_no_type(data, path, kind)
        elif kind != "too_short" or len(_at(data, path)) < detail["ctx"]["min_length"]:
            yield _finding(path, kind, detail["msg"])


def _path(location: tuple[int | str, ...]) -> Path:
    """Drop what pydantic adds: the type of a question, the branches of an answer."""
    path = [step for step in location if not _is_branch(step)]
    if len(path) > 4 and (path[0], path[2]) == ("sections", "questions"):
        del path[4]
        if len(path) > 2 and path[-1] in {"str", "decimal"} and isinstance(path[-2], int):
            path.pop()
    return tuple(path)


def _is_branch(step: str | int) -> bool:
    return isinstance(step, str) and step.startswith("function-")


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _question_of_no_type(data: Any, path: Path, kind: str) -> Iterator[Finding]:
    value = _at(data, path)
    if not isinstance(value, dict):
        yield Finding(path, "wrong_type", "must be a mapping")
        return
    place = (*path, "type")
    if kind == "union_tag_not_found":
        yield Finding(place, "missing", "a question needs a type")
    else:
        yield Finding(place, "unknown_type", "no such type of question")
    try:
        _QuestionOfNoType.model_validate({**value, "type": "unknown"})
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            yield _finding((*path, *_path(detail["loc"])), detail["type"], detail["msg"])


def _finding(path: Path, kind: str, message: str) -> Finding:
    key = str(path[-1]) if path else ""
    if key in {"zh", "en"}:
        return _language_finding(path, kind)
    code = _CODES.get(kind, "wrong_type")
    if kind == "missing":
        return Finding(path, code, f"the key {key!r} is missing")
    if kind == "extra_forbidden":
        shown = key if len(key) <= 60 else key[:59] + "…"
        return Finding(path, code, f"unknown key {shown!r}")
    if kind == "string_pattern_mismatch":
        return Finding(path, code, "an id is small letters, digits and dashes")
    if kind == "greater_than":
        return Finding(path, code, "must be above 0")
    return Finding(path, code, _plain_words(message))


def _language_finding(path: Path, kind: str) -> Finding:
    language = {"zh": "Chinese", "en": "English"}[str(path[-1])]
    if kind in {"missing", "string_pattern_mismatch"}:
        return Finding(path, "missing_language", f"the {language} words are missing")
    return Finding(path, "wrong_type", "must be text")


def _plain_words(message: str) -> str:
    """Say it without the validator's own names."""
    words = message.removeprefix("Value error, ").removeprefix("Input should be ")
    if words.startswith("a valid dictionary"):
        return "must be a mapping"
    if words.startswith("a valid tuple"):
        return "must be a list"
    if words.startswith("a valid string"):
        return "must be text (put it in quotes)"
    if words.startswith("a valid boolean"):
        return "must be true or false"
    if words.startswith("Tuple should have at least"):
        return words.replace("Tuple should have", "must have").split(" after")[0]
    return words if words.startswith("must") else f"must be {words}"
