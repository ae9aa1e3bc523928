"""A second, naive calculation of a score, straight from the handbook, in fractions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

SCORED = {"yes_no", "choice", "checklist", "rating", "number"}


def exact(value: Any) -> Fraction:
    return Fraction(value if isinstance(value, str) else repr(value))


def half_up(value: Fraction, places: int = 2) -> str:
    scale = 10**places
    floor = (value * scale).__floor__()
    if value * scale - floor >= Fraction(1, 2):
        floor += 1
    return str((Decimal(floor) / scale).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def attainment(q: dict[str, Any], answer: Any) -> Fraction:
    if q["type"] == "yes_no":
        return Fraction(int(answer == q.get("good", "yes")))
    if q["type"] == "choice":
        return next(exact(o["value"]) for o in q["options"] if o["id"] == answer)
    if q["type"] == "checklist":
        points = {i["id"]: exact(i.get("points", 1)) for i in q["items"]}
        return sum((points[i] for i in set(answer)), Fraction(0)) / sum(points.values())
    if q["type"] == "rating":
        low, high = q.get("min", 1), q.get("max", 5)
        return Fraction(answer - low, high - low)
    for band in q["bands"]:
        if "to" not in band or exact(answer) <= exact(band["to"]):
            return exact(band["value"])
    raise AssertionError


def fatal(q: dict[str, Any], answer: Any) -> bool:
    rule = q.get("fatal")
    if not rule:
        return False
    if q["type"] == "checklist":
        return any(item not in answer for item in rule["on"])
    if q["type"] == "number":
        low = "below" in rule and exact(answer) < exact(rule["below"])
        return low or ("above" in rule and exact(answer) > exact(rule["above"]))
    if q["type"] == "deduct":
        return bool(answer >= rule["from"])
    return answer in rule["on"]


def visible(q: dict[str, Any], live: dict[str, Any]) -> bool:
    rule = q.get("show_if")
    if not rule:
        return True

    def met(condition: dict[str, Any]) -> bool:
        if condition["question"] not in live:
            return False
        answer = live[condition["question"]]
        if isinstance(answer, list):
            return any(item in condition["in"] for item in answer)
        return answer in condition["in"]

    if "all" in rule:
        return all(met(c) for c in rule["all"])
    return any(met(c) for c in rule["any"])


def naive_score(  # noqa: C901  (one page to compare with the handbook's six steps)
    form: dict[str, Any], sheet: dict[str, Any]
) -> dict[str, Any]:
    live: dict[str, Any] = {}
    shown: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for section in form["sections"]:
        for q in section["questions"]:
            if visible(q, live):
                shown.append((section, q))
                entry = sheet.get(q["id"], {})
                if "answer" in entry:
                    live[q["id"]] = entry["answer"]
    na = {q["id"] for _, q in shown if sheet.get(q["id"], {}).get("na")}
    fatals = [(s, q) for s, q in shown if q["id"] in live and fatal(q, live[q["id"]])]
    deductions = bonus = Fraction(0)
    for _, q in shown:
        if q["type"] == "deduct" and q["id"] in live:
            off = exact(q["each"]) * live[q["id"]]
            deductions += min(off, exact(q["at_most"])) if "at_most" in q else off
        if q["type"] == "bonus" and q["id"] in live:
            bonus += exact(live[q["id"]])

    counted: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for section, q in shown:
        if q["type"] not in SCORED:
            continue
        pair = None
        if q["id"] in live:
            pair = (exact(q.get("points", 1)), attainment(q, live[q["id"]]))
        elif q["id"] in na and form["not_applicable"] == "full_marks":
            pair = (exact(q.get("points", 1)), Fraction(1))
        if pair:
            counted.setdefault(section["id"], []).append(pair)

    def overall(spoiled: set[str]) -> Fraction | None:
        if not any(q["type"] in SCORED for s in form["sections"] for q in s["questions"]):
            return Fraction(1)
        if not counted:
            return None
        above, below = Fraction(0), Fraction(0)
        for section in form["sections"]:
            pairs = counted.get(section["id"])
            if not pairs:
                continue
            points = sum((p for p, _ in pairs), Fraction(0))
            got = sum((p * a for p, a in pairs), Fraction(0))
            if section["id"] in spoiled:
                got = Fraction(0)
            weight: Fraction = exact(section["weight"]) if "weight" in section else points
            above += weight * got / points
            below += weight
        return above / below

    def final(value: Fraction | None) -> str | None:
        if value is None:
            return None
        raw = exact(form["full_marks"]) * value - deductions + bonus
        return half_up(min(max(raw, Fraction(0)), exact(form["cap"])))

    spoiled = {s["id"] for s, q in fatals if q["fatal"].get("scope", "form") == "section"}
    value = overall(spoiled)
    deadly = any(q["fatal"].get("scope", "form") == "form" for _, q in fatals)
    score = "0.00" if deadly else final(value)
    return {
        "score": score,
        "score_without_fatals": final(overall(set())),
        "attainment": None if value is None else half_up(value, 4),
        "deductions": half_up(deductions),
        "bonus": half_up(bonus),
        "fatals": [q["id"] for _, q in fatals],
        "band": next(
            (b["id"] for b in form["bands"] if score and exact(b["from"]) <= exact(score)), None
        ),
        "hidden": {q["id"] for s in form["sections"] for q in s["questions"]}
        - {q["id"] for _, q in shown},
    }
