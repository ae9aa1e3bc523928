"""Turns a form into a page that explains it: what each answer costs, in points of the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

import scorecards
from qa_app.web.filters import localized

View = dict[str, Any]
SCORED = ("yes_no", "choice", "checklist", "rating", "number")
RATINGS_LISTED = 7
BAND_TONES = ("good", "info", "warn", "bad")


def form_in_force(form: scorecards.Scorecard) -> View:
    """Sections and questions with their weights, guides, answers, fatal marks, reasons, bands.

    What an answer costs holds for a conversation in which every question counts.
    """
    definition = form.to_dict()
    worths = question_worths(definition)
    titles = _titles(definition)
    questions = [one for section in definition["sections"] for one in section["questions"]]
    return {
        "full_marks": number(definition["full_marks"]),
        "cap": number(definition["cap"]),
        "redistributes": definition["not_applicable"] == "redistribute",
        "bands": _bands(definition),
        "questions": len(questions),
        "has_fatal": any("fatal" in question for question in questions),
        "sections": [_section(section, worths, titles) for section in definition["sections"]],
    }


def question_worths(definition: Mapping[str, Any]) -> dict[str, Fraction]:
    """How many points of the form each scored question is worth where all of them count."""
    full = Fraction(str(definition["full_marks"]))
    sections = {section["id"]: _scored(section) for section in definition["sections"]}
    points = {name: sum(map(_points, questions)) for name, questions in sections.items()}
    weights = {
        section["id"]: Fraction(str(section.get("weight", 0))) if points[section["id"]] else 0
        for section in definition["sections"]
    }
    whole, weight_sum = sum(points.values()), sum(weights.values())
    worths = {}
    for name, questions in sections.items():
        for question in questions:
            if weight_sum:
                share = Fraction(weights[name]) / weight_sum * _points(question) / points[name]
            else:
                share = _points(question) / whole
            worths[question["id"]] = full * share
    return worths


def number(value: object) -> str:
    """A number of a definition as it is written there."""
    return scorecards.canonical_json(value)


def points_text(value: Fraction) -> str:
    """Points with two decimals, half up."""
    cents = (abs(value) * 200 + 1) // 2
    return f"{cents // 100}.{cents % 100:02d}"


def _scored(section: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [question for question in section["questions"] if question["type"] in SCORED]


def _points(question: Mapping[str, Any]) -> Fraction:
    return Fraction(str(question["points"]))


def _section(
    section: Mapping[str, Any], worths: Mapping[str, Fraction], titles: Mapping[str, str]
) -> View:
    worth = sum((worths.get(one["id"], Fraction(0)) for one in section["questions"]), Fraction(0))
    return {
        "id": section["id"],
        "title": localized(section["title"]),
        "weight": number(section["weight"]) if "weight" in section else None,
        "worth": points_text(worth) if worth else None,
        "questions": [
            _question(question, worths.get(question["id"]), titles)
            for question in section["questions"]
        ],
    }


def _question(
    question: Mapping[str, Any], worth: Fraction | None, titles: Mapping[str, str]
) -> View:
    return {
        "id": question["id"],
        "title": localized(question["title"]),
        "guide": localized(question.get("guide")),
        "type": question["type"],
        "worth": None if worth is None else points_text(worth),
        "answers": _answers(question, worth),
        "fatal": _fatal(question.get("fatal")),
        "allow_na": question["allow_na"],
        "needs_evidence": question["evidence"] == "on_loss",
        "reasons": [localized(reason["title"]) for reason in question.get("reasons", ())],
        "condition": _condition(question.get("show_if"), titles),
    }


def _answers(question: Mapping[str, Any], worth: Fraction | None) -> list[View]:
    """Each answer with what it takes off (or adds), and whether it is fatal."""
    kind, fatal = question["type"], question.get("fatal", {})
    if kind == "deduct":
        return _deduction(question, fatal)
    if kind == "bonus":
        text = _(
            "%(low)s to %(high)s points in steps of %(step)s",
            low=number(question["min"]),
            high=number(question["max"]),
            step=number(question["step"]),
        )
        return [_answer(text, "+" + number(question["max"]))]
    if worth is None:
        return []
    if kind == "number":
        return _number_bands(question, fatal, worth)
    if kind == "checklist":
        return _items(question, fatal, worth)
    known = [str(one) if isinstance(one, str) else number(one) for one in fatal.get("on", ())]
    return [
        _answer(label, _cost(worth * (1 - attainment)), fatal=name in known)
        for name, label, attainment in _single_answers(question)
    ]


def _single_answers(question: Mapping[str, Any]) -> list[tuple[str, str, Fraction]]:
    """(id, words, attainment) of yes_no, choice and rating, the best first."""
    if question["type"] == "yes_no":
        words = {"yes": _("Yes"), "no": _("No")}
        good = question["good"]
        bad = "no" if good == "yes" else "yes"
        return [(good, words[good], Fraction(1)), (bad, words[bad], Fraction(0))]
    if question["type"] == "choice":
        return [
            (option["id"], localized(option["title"]), Fraction(str(option["value"])))
            for option in question["options"]
        ]
    low, high = question["min"], question["max"]
    levels: Sequence[int] = range(high, low - 1, -1)
    if len(levels) > RATINGS_LISTED:
        levels = (high, high - 1, low)
    return [(str(one), str(one), Fraction(one - low, high - low)) for one in levels]


def _items(question: Mapping[str, Any], fatal: Mapping[str, Any], worth: Fraction) -> list[View]:
    whole = sum(_points(item) for item in question["items"])
    return [
        _answer(
            _("Missing: %(item)s", item=localized(item["title"])),
            _cost(worth * _points(item) / whole),
            fatal=item["id"] in fatal.get("on", ()),
        )
        for item in question["items"]
    ]


def _number_bands(
    question: Mapping[str, Any], fatal: Mapping[str, Any], worth: Fraction
) -> list[View]:
    found = []
    for band in question["bands"]:
        cost = _cost(worth * (1 - Fraction(str(band["value"]))))
        label = _("up to %(number)s", number=number(band["to"])) if "to" in band else _("above")
        found.append(_answer(label, cost))
    if "below" in fatal:
        found.append(_answer(_("below %(number)s", number=number(fatal["below"])), "", fatal=True))
    if "above" in fatal:
        found.append(_answer(_("above %(number)s", number=number(fatal["above"])), "", fatal=True))
    return found


def _deduction(question: Mapping[str, Any], fatal: Mapping[str, Any]) -> list[View]:
    found = [_answer(_("each time"), "−" + number(question["each"]))]
    if "at_most" in question:
        found.append(_answer(_("at most"), "−" + number(question["at_most"])))
    if "from" in fatal:
        label = _("from %(count)s times on", count=number(fatal["from"]))
        found.append(_answer(label, "", fatal=True))
    return found


def _answer(label: str, cost: str, *, fatal: bool = False) -> View:
    return {"label": label, "cost": cost, "free": cost == "0.00", "fatal": fatal}


def _cost(points: Fraction) -> str:
    text = points_text(points)
    return text if text == "0.00" else f"−{text}"


def _fatal(fatal: Mapping[str, Any] | None) -> View | None:
    if fatal is None:
        return None
    kinds = {
        "customer": _("Customer-critical"),
        "business": _("Business-critical"),
        "compliance": _("Compliance-critical"),
    }
    effect = (
        _("makes the score 0") if fatal["scope"] == "form" else _("makes the section's result 0")
    )
    return {"effect": effect, "class": kinds.get(fatal.get("class", ""))}


def _condition(show_if: Mapping[str, Any] | None, titles: Mapping[str, str]) -> str:
    if show_if is None:
        return ""
    parts = []
    for one in show_if.get("all") or show_if.get("any") or ():
        words = ", ".join(_word(titles, one["question"], answer) for answer in one["in"])
        parts.append(f"{titles[one['question']]}: {words}")
    joined = "; ".join(parts)
    if "all" in show_if:
        return str(_("Asked only where all of this holds: %(conditions)s", conditions=joined))
    return str(_("Asked only where any of this holds: %(conditions)s", conditions=joined))


def _word(titles: Mapping[str, str], question_id: str, answer: object) -> str:
    if not isinstance(answer, str):
        return number(answer)
    words = {"yes": _("Yes"), "no": _("No")}
    return titles.get(f"{question_id} {answer}") or words.get(answer, answer)


def _titles(definition: Mapping[str, Any]) -> dict[str, str]:
    """Titles of questions by id, and of their options and items by `question option`."""
    found = {}
    for section in definition["sections"]:
        for question in section["questions"]:
            found[question["id"]] = localized(question["title"])
            for part in (*question.get("options", ()), *question.get("items", ())):
                found[f"{question['id']} {part['id']}"] = localized(part["title"])
    return found


def _bands(definition: Mapping[str, Any]) -> list[View]:
    bands = definition.get("bands", ())
    last = len(BAND_TONES) - 1
    return [
        {
            "title": localized(band["title"]),
            "from": number(band["from"]),
            "tone": BAND_TONES[min(place, last) if place + 1 < len(bands) else last],
        }
        for place, band in enumerate(bands)
    ]
