"""Everything that is wrong with a definition, at once (handbook 2 §4); and the way to load one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scorecards import rules_conditions, rules_form, rules_questions
from scorecards.definition import Scorecard
from scorecards.draft import DraftForm
from scorecards.errors import Problem, ScorecardError
from scorecards.nodes import Refused
from scorecards.parsing import Document, Source, read, spell
from scorecards.structure import Finding, read_structure

Rule = Callable[[DraftForm], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    rules_form.doubled_ids,
    rules_form.cap_and_bonus,
    rules_form.form_bands,
    rules_form.section_weights,
    rules_questions.best_answers,
    rules_questions.ranges,
    rules_questions.bonus_steps,
    rules_questions.number_bands,
    rules_questions.text_without_na,
    rules_questions.fatal_answers,
    rules_questions.fatal_sections,
    rules_conditions.conditions,
    rules_form.weight_sum,
    rules_form.tiny_sections,
    rules_form.many_questions,
    rules_form.unreachable_band,
    rules_questions.fatal_classes,
    rules_questions.guides,
    rules_conditions.impossible_conditions,
)


def check(source: Source) -> list[Problem]:
    """Return every error and warning of a definition, in the order of its lines.

    A `Path` is read, a `str` or `bytes` is text (YAML 1.2 or JSON), a mapping is taken as it is
    and has no lines. Never raises for bad input.
    """
    return examine(source)[1]


def load(source: Source) -> Scorecard:
    """Return the scorecard that a definition describes.

    Raises ScorecardError with every problem (warnings too) when there is at least one error.
    """
    scorecard, problems = examine(source)
    if scorecard is None:
        raise ScorecardError(problems)
    return scorecard


def examine(source: Source) -> tuple[Scorecard | None, list[Problem]]:
    """Return the scorecard (None with an error) together with all problems."""
    try:
        document = read(source)
    except Refused as refused:
        return None, [refused.problem]
    scorecard, findings = read_structure(document.data)
    problems = _problems(document, [*findings, *_broken_rules(document.data)])
    if any(problem.level == "error" for problem in problems):
        return None, problems
    return scorecard, problems


def _broken_rules(data: dict[str, Any]) -> Iterator[Finding]:
    form = DraftForm(data)
    for rule in RULES:
        yield from rule(form)


def _problems(document: Document, findings: list[Finding]) -> list[Problem]:
    problems = list(document.problems)
    seen: set[tuple[object, ...]] = set()
    for finding in findings:
        key = (finding.path, finding.code)
        if finding.path in document.faulty or key in seen:
            continue
        seen.add(key)
        line = document.line(finding.path)
        problems.append(
            Problem(finding.level, finding.code, spell(finding.path), line, finding.message)
        )
    return sorted(problems, key=lambda problem: problem.line or 0)
