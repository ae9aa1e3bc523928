"""How a demo specialist fills a form: what the conversation's faults cost, with evidence."""

from __future__ import annotations

from random import Random
from typing import Any

from qa_app.cli.demo.talks import Talk
from qa_app.cli.demo.texts import Fault

# Which questions of the two department forms a fault costs, and the answer it gets.
COSTS: dict[Fault, dict[str, Any]] = {
    Fault.NO_GREETING: {"greeting": "no"},
    Fault.NO_IDENTITY_CHECK: {"identity": "partly"},
    Fault.NO_EMPATHY: {"tone": 3, "empathy": 3},
    Fault.NO_HOLD_NOTICE: {"no_hold": "no", "pauses": "no"},
    Fault.NO_FOLLOW_UP: {"ownership": "partly"},
    Fault.NO_CLOSING: {"closing": "no"},
    Fault.INTERRUPTION: {"listening": "some"},
    Fault.IMPATIENCE: {"tone": 2, "empathy": 2},
    Fault.WRONG_GUIDANCE: {"accuracy": "misleading"},
    Fault.FORBIDDEN_PHRASE: {"forbidden_phrases": "no"},
}
REMARKS = {
    Fault.NO_GREETING: ("没有使用标准开场白。", "The standard greeting is missing."),
    Fault.NO_IDENTITY_CHECK: (
        "只核对了姓名，没有核对手机尾号。",
        "Only the name was checked, not the last digits of the phone.",
    ),
    Fault.NO_EMPATHY: ("客户着急时可以先安抚一句。", "A word of sympathy first would have helped."),
    Fault.NO_HOLD_NOTICE: (
        "让客户等待前没有说明。",
        "The customer was left waiting without a word.",
    ),
    Fault.NO_FOLLOW_UP: ("没有说明下一步和时间。", "No next step and no time was given."),
    Fault.NO_CLOSING: ("结束语不完整。", "The closing is incomplete."),
    Fault.INTERRUPTION: ("客户还没说完就打断了。", "The customer was interrupted in mid-sentence."),
    Fault.IMPATIENCE: ("语气不耐烦。", "This sounds impatient."),
    Fault.WRONG_GUIDANCE: ("规则解释错误，会误导客户。", "The rule is explained wrongly."),
    Fault.FORBIDDEN_PHRASE: ("使用了禁语。", "A forbidden phrase was used."),
}
PRAISE = {
    "zh": ("思路清晰，语气亲切，继续保持。", "处理得很利落，客户感受很好。"),
    "en": ("Clear, warm and to the point: keep it up.", "Handled swiftly, the customer felt it."),
}
ADVICE = {
    "zh": "建议重听标出的片段，按流程再练一遍。",
    "en": "Listen to the marked place again and practise the step once more.",
}


def fill(
    rng: Random, form: dict[str, Any], talk: Talk, turns: list[dict[str, Any]]
) -> dict[str, Any]:
    """A complete sheet for the conversation, by the form's own questions."""
    sheet: dict[str, Any] = {}
    language = 0 if talk.about.language == "zh" else 1
    for section in form["sections"]:
        for question in section["questions"]:
            entry = _answered(question, talk, language, turns)
            if entry is not None:
                sheet[question["id"]] = entry
    if rng.random() < 0.1 and "form_of_address" in sheet:
        sheet["form_of_address"] = {"answer": "no", "comment": REMARKS[Fault.NO_EMPATHY][language]}
    return sheet


def summary(rng: Random, talk: Talk) -> str:
    """What the grader says about the whole."""
    language = talk.about.language
    return ADVICE[language] if talk.about.faults else rng.choice(PRAISE[language])


def _answered(
    question: dict[str, Any], talk: Talk, language: int, turns: list[dict[str, Any]]
) -> dict[str, Any] | None:
    if "show_if" in question:
        return _hidden_one(talk, turns)
    if question["type"] == "text":
        return None
    for fault in sorted(talk.about.faults):
        answer = COSTS[fault].get(question["id"])
        if answer is not None:
            return _lost(question, fault, answer, talk, language, turns)
    return {"answer": _best(question)}


def _lost(
    question: dict[str, Any],
    fault: Fault,
    answer: Any,
    talk: Talk,
    language: int,
    turns: list[dict[str, Any]],
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "answer": _possible(question, answer),
        "comment": REMARKS[fault][language],
        "evidence": [_evidence(talk.about.evidence.get(fault, 0), turns)],
    }
    if question.get("reasons"):
        entry["reasons"] = [question["reasons"][0]["id"]]
    return entry


def _possible(question: dict[str, Any], answer: Any) -> Any:
    """The answer, or the nearest worse one that the question has."""
    kind = question["type"]
    if kind == "choice":
        options = question["options"]
        if answer in [option["id"] for option in options]:
            return answer
        return sorted(options, key=lambda option: float(option["value"]))[-2]["id"]
    if kind == "checklist":
        return [item["id"] for item in question["items"]][:-1]
    if kind == "rating":
        return max(int(question.get("min", 1)), min(int(answer), int(question.get("max", 5))))
    return answer


def _hidden_one(talk: Talk, turns: list[dict[str, Any]]) -> dict[str, Any] | None:
    """How long the customer was left waiting, asked only then."""
    if Fault.NO_HOLD_NOTICE not in talk.about.faults:
        return None
    at = talk.about.evidence.get(Fault.NO_HOLD_NOTICE, 0)
    return {"answer": "45", "evidence": [_evidence(at, turns)]}


def _evidence(index: int, turns: list[dict[str, Any]]) -> dict[str, int]:
    """The place of a turn: its time in a call, its number in a chat."""
    turn = turns[min(index, len(turns) - 1)]
    if "from_ms" in turn:
        return {"from_ms": turn["from_ms"], "to_ms": max(turn["to_ms"], turn["from_ms"] + 500)}
    return {"turn": min(index, len(turns) - 1)}


def _best(question: dict[str, Any]) -> Any:
    kind = question["type"]
    if kind == "yes_no":
        return question.get("good", "yes")
    if kind == "choice":
        return max(question["options"], key=lambda option: float(option["value"]))["id"]
    if kind == "checklist":
        return [item["id"] for item in question["items"]]
    if kind == "rating":
        return int(question.get("max", 5))
    if kind == "number":
        return "0" if question["id"] == "hold_seconds" else str(question["bands"][0].get("to", 0))
    return 0
