"""Turns what is wrong with a definition into lines: where, the line itself, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import scorecards
from qa_app.domain.definition_source import DefinitionProblem
from qa_app.web.presenters.definition_words import FINDINGS

SHOWN_OF_A_LINE = 160


class Found(Protocol):
    """A problem of a scorecard or of a plan."""

    @property
    def level(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def message(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with the text of its line."""

    is_error: bool
    line: int | None
    path: str
    message: str
    text: str


def findings_of_form(source: str | bytes) -> list[Finding]:
    """Everything wrong with a scorecard, warnings included."""
    return beside_lines(source, scorecards.check(source))


def findings_of_plan(source: str | bytes, problems: Iterable[DefinitionProblem]) -> list[Finding]:
    """Everything wrong with a plan."""
    return beside_lines(source, problems)


def beside_lines(source: str | bytes, problems: Iterable[Found]) -> list[Finding]:
    text = source.decode("utf-8-sig", "replace") if isinstance(source, bytes) else source
    lines = text.splitlines()
    return [
        Finding(
            problem.level == "error",
            problem.line,
            problem.path,
            FINDINGS.say(problem.message),
            lines[problem.line - 1].strip()[:SHOWN_OF_A_LINE]
            if problem.line and problem.line <= len(lines)
            else "",
        )
        for problem in problems
    ]
