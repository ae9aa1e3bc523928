"""How the tests grade: a sheet that follows from a conversation's key, and its score by hand."""

from __future__ import annotations

from typing import Any

from tests.real.shared_data import number_from
from tests.unit.scorecards.oracle import SCORED, attainment, fatal, naive_score, visible

Sheet = dict[str, Any]
FATAL_SHARE = 30


def sheet_for(form: dict[str, Any], key: str, *, turns: int) -> Sheet:
    """Mostly good answers; one conversation in 30 may have a fatal one; evidence for every loss."""
    sheet: Sheet = {}
    live: dict[str, Any] = {}
    may_be_fatal = number_from(f"fatal:{key}") % FATAL_SHARE == 0
    for section in form["sections"]:
        for question in section["questions"]:
            if not visible(question, live):
                continue
            entry = _entry(question, key, may_be_fatal)
            if "answer" in entry:
                live[question["id"]] = entry["answer"]
                if question["type"] in SCORED and attainment(question, entry["answer"]) < 1:
                    entry |= _why(question, key, turns)
            if entry:
                sheet[question["id"]] = entry
    return sheet


def score_by_hand(form: dict[str, Any], sheet: Sheet) -> str | None:
    """The score with two decimals, by the naive calculation in fractions."""
    score: str | None = naive_score(form, sheet)["score"]
    return score


def _entry(question: dict[str, Any], key: str, may_be_fatal: bool) -> Sheet:
    chance = number_from(f"{key}|{question['id']}")
    if question.get("allow_na") and chance % 11 == 0:
        return {"na": True}
    answers = _answers(question)
    if not may_be_fatal:
        answers = [answer for answer in answers if not fatal(question, answer)]
    if not answers:
        return {}
    is_good = chance % 4 and not (may_be_fatal and "fatal" in question)
    return {"answer": answers[0] if is_good else answers[chance // 44 % len(answers)]}


def _answers(question: dict[str, Any]) -> list[Any]:
    """Answers to choose from, the best one first."""
    kind = question["type"]
    if kind == "yes_no":
        return ["yes", "no"]
    if kind == "choice":
        ordered = sorted(question["options"], key=lambda option: -option["value"])
        return [option["id"] for option in ordered]
    if kind == "checklist":
        items = [item["id"] for item in question["items"]]
        return [items[:size] for size in range(len(items), -1, -1)]
    if kind == "rating":
        return list(range(question.get("max", 5), question.get("min", 1) - 1, -1))
    if kind == "number":
        return [12, 45, 90, 300]
    assert kind == "text", kind
    return []


def _why(question: dict[str, Any], key: str, turns: int) -> Sheet:
    chance = number_from(f"why:{key}|{question['id']}")
    where = {"turn": chance % turns} if turns else {"from_ms": 2000, "to_ms": 10000}
    why: Sheet = {"comment": f"Seen here: {question['id']}", "evidence": [where]}
    if "reasons" in question:
        why["reasons"] = [question["reasons"][chance % len(question["reasons"])]["id"]]
    return why
