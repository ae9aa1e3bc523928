"""Rules about show_if: what a condition may look at, and whether it can ever hold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scorecards.draft import SINGLE_ANSWER, UNANSWERABLE, Draft, DraftForm, DraftQuestion
from scorecards.rules_questions import named_answers
from scorecards.structure import Finding

Answers = frozenset[str | Decimal]
Needs = dict[str, Answers]
"""Which answers each single-answer question must have had for something to be visible."""

MOST_INHERITED = 50
"""Longer lists of needs aren't handed on, so that time stays in proportion to the text."""


def conditions(form: DraftForm) -> Iterator[Finding]:
    for question in form.questions:
        show_if = question.part("show_if")
        if show_if is None:
            continue
        if show_if.has("all") and show_if.has("any"):
            message = "a condition has all or any, not both"
            yield Finding(show_if.path, "show_if_both", message)
        elif not show_if.has("all") and not show_if.has("any"):
            yield Finding(show_if.path, "show_if_empty", "a condition needs all or any")
        for condition in (*show_if.parts("all"), *show_if.parts("any")):
            yield from _condition(form, question, condition)


def _condition(form: DraftForm, question: DraftQuestion, condition: Draft) -> Iterator[Finding]:
    name = condition.text("question")
    if name is None:
        return
    named = form.by_id.get(name)
    place = condition.at("question")
    if named is None:
        yield Finding(place, "show_if_unknown", f"there is no question {name[:60]!r}")
    elif named.position >= question.position:
        message = f"the question {name!r} doesn't come before this one"
        yield Finding(place, "show_if_later", message)
    elif named.type in UNANSWERABLE:
        message = f"the question {name!r} has no answers that a condition can name"
        yield Finding(place, "show_if_type", message)
    elif named.type is not None:
        answers = condition.values("in")
        yield from named_answers(named, answers, condition.at("in"), "show_if_answer")


def impossible_conditions(form: DraftForm) -> Iterator[Finding]:
    """Warn of conditions that need two answers of one single-answer question, or rest on such."""
    known: dict[int, Needs] = {}
    never: set[int] = set()
    for question in form.questions:
        show_if = question.part("show_if")
        needs = Needs()
        if show_if is not None and show_if.has("all") != show_if.has("any"):
            reached, rests = _reached(form, question, show_if, known, never)
            if reached is None:
                never.add(question.position)
            if reached is None or rests:
                yield _warning(show_if, rests)
            needs = reached or {}
        known[question.position] = needs if len(needs) <= MOST_INHERITED else {}


def _warning(show_if: Draft, rests: bool) -> Finding:
    message = "the condition needs two answers of one question"
    if rests:
        message = "the condition rests on a question that can never be shown"
    return Finding(show_if.path, "show_if_impossible", message, "warning")


def _reached(
    form: DraftForm,
    question: DraftQuestion,
    show_if: Draft,
    known: dict[int, Needs],
    never: set[int],
) -> tuple[Needs | None, bool]:
    """Return what a visible question implies (None: it never is), and if it rests on a dead one."""
    needs_all = show_if.has("all")
    ways: list[Needs | None] = []
    rests = False
    for condition in show_if.parts("all" if needs_all else "any"):
        named = form.by_id.get(condition.text("question") or "")
        if named is None or named.position >= question.position:
            ways.append({})
            continue
        if named.position in never:
            rests = True
            ways.append(None)
            continue
        ways.append(_with(known[named.position], named, condition))
    return (_together(ways) if needs_all else _either(ways)), rests


def _with(needs: Needs, named: DraftQuestion, condition: Draft) -> Needs | None:
    if named.type not in SINGLE_ANSWER or named.id is None:
        return needs
    named_here = (answer for answer in condition.values("in") if named.can_be_answered(answer))
    answers = Answers(named_here)
    return _together([needs, {named.id: answers}]) if answers else needs


def _together(ways: list[Needs | None]) -> Needs | None:
    merged: Needs = {}
    for way in ways:
        if way is None:
            return None
        for name, answers in way.items():
            left = merged[name] & answers if name in merged else answers
            if not left:
                return None
            merged[name] = left
    return merged


def _either(ways: list[Needs | None]) -> Needs | None:
    open_ways = [way for way in ways if way is not None]
    if not open_ways:
        return None if ways else {}
    first, *others = open_ways
    return {
        name: answers.union(*(way[name] for way in others))
        for name, answers in first.items()
        if all(name in way for way in others)
    }
