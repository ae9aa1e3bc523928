"""Turns a scorecard and a sheet into what pages show: a form to fill, a result to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

import scorecards
from qa_app.domain.errors import Problem
from qa_app.web.filters import duration, localized

View = dict[str, Any]
NOT_APPLICABLE = "~na"  # no id of an option: those begin with a letter or a digit
NOTHING_TICKED = "~none"
MOST_CHOICES = 11
WIDEST_BESIDE_TITLE = 36
FORMS_KEPT = 64
ANSWERS_KEPT = 200

_definitions: dict[str, Mapping[str, Any]] = {}
_forms: dict[tuple[str, str], list[View]] = {}
_blank: dict[tuple[str, str], dict[tuple[object, ...], Markup]] = {}


def definition_of(digest: str, form: scorecards.Scorecard) -> Mapping[str, Any]:
    """The canonical definition of a form, kept in the process by digest."""
    if digest not in _definitions:
        while len(_definitions) >= FORMS_KEPT:
            _definitions.pop(next(iter(_definitions)), None)
        _definitions[digest] = form.to_dict()
    return _definitions[digest]


def form_view(digest: str, definition: Mapping[str, Any]) -> list[View]:
    """Sections with their questions in the reader's language; kept in the process by digest."""
    key = (digest, str(get_locale()))
    if key not in _forms:
        while len(_forms) >= FORMS_KEPT:
            oldest = next(iter(_forms))
            _forms.pop(oldest, None)
            _blank.pop(oldest, None)
        _forms[key] = _sections(definition)
    return _forms[key]


def grading_form(
    digest: str,
    definition: Mapping[str, Any],
    sheet: Mapping[str, Any],
    outcomes: Mapping[str, Mapping[str, Any]],
    problems: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
) -> list[View]:
    """Sections with the HTML of their questions, filled from the sheet.

    `typed` is evidence as somebody wrote it without scripts, shown again where it was wrong.
    Questions that nobody has answered, or with no more than a choice, come from the process's
    memory.
    """
    kept = _blank.setdefault((digest, str(get_locale())), {})
    wrong: dict[str, list[str]] = {}
    for problem in problems:
        wrong.setdefault(problem.where, []).append(problem_text(problem))
    sections = []
    for section in form_view(digest, definition):
        parts = []
        for question in section["questions"]:
            name = question["id"]
            outcome = outcomes.get(name) or {"state": "unanswered", "lost": "0.00"}
            entry, errors = sheet.get(name), wrong.get(name, ())
            text = (typed or {}).get(name)
            if errors or text or not _is_plain(question, entry):
                parts.append(_question_html(question, entry or {}, outcome, errors, text))
                continue
            state = (name, str(entry or ""), outcome["state"], outcome["lost"], loses(outcome))
            html = kept.get(state)
            if html is None:
                html = _question_html(question, entry or {}, outcome, (), None)
                if len(kept) >= ANSWERS_KEPT:
                    kept.clear()
                kept[state] = html
            parts.append(html)
        sections.append({**section, "html": Markup("").join(parts)})
    return sections


def _is_plain(question: View, entry: Mapping[str, Any] | None) -> bool:
    """Whether nothing but a choice was made: no words of anybody's own, no places."""
    if not entry:
        return True
    chosen = question["widget"] in ("options", "checklist")
    return chosen and entry.keys() <= {"answer", "na"}


def problem_text(problem: Problem) -> str:
    """A problem of an answer in the reader's language."""
    texts = {
        "unanswered": _("Answer this question."),
        "evidence_missing": _("Mark the place in the conversation where the point was lost."),
        "unknown_answer": _("This is none of the answers."),
        "wrong_type": _("Enter a number."),
        "out_of_range": _("This number is outside what the question allows."),
        "na_not_allowed": _("Not applicable cannot be chosen here."),
        "bad_evidence": _("Write places as 1:01-1:09, or messages as #13, with commas between."),
        "bad_comment": _("The comment is too long."),
        "bad_answer": _("The answer is too long."),
        "too_long": _("The summary is too long."),
    }
    return str(texts.get(problem.code) or _(problem.message))


def _question_html(
    question: View,
    entry: Mapping[str, Any],
    outcome: Mapping[str, Any],
    errors: Sequence[str],
    typed: str | None,
) -> Markup:
    macros = cast("Any", current_app.jinja_env.get_template("macros/scorecard.html").module)
    shown = {**outcome, "loses": loses(outcome)}
    places = [evidence_view(place) for place in entry.get("evidence", ())]
    text = evidence_text(entry.get("evidence", ())) if typed is None else typed
    return cast("Markup", macros.question(question, entry, shown, errors, places, text))


def loses(outcome: Mapping[str, Any]) -> bool:
    """Whether the answer lost a point, or part of one."""
    if outcome["state"] == "effect":
        return bool(outcome["lost"] != "0.00")
    return bool(outcome["state"] == "counted" and outcome["attainment"] != "1.0000")


def result_view(
    digest: str,
    definition: Mapping[str, Any],
    sheet: Mapping[str, Any],
    result: Mapping[str, Any],
) -> list[View]:
    """Sections for reading: each question that was asked with its answer in words, what it cost,
    comment, reasons and evidence (`macros/scorecard.html: result`)."""
    fatal = {found["question"] for found in result["fatals"]}
    sections = []
    for section in form_view(digest, definition):
        attainment = result["sections"].get(section["id"], {}).get("attainment")
        questions = [
            _read(question, sheet.get(question["id"], {}), outcome, question["id"] in fatal)
            for question in section["questions"]
            if (outcome := result["questions"].get(question["id"], {})).get("state") != "hidden"
        ]
        if questions:
            sections.append({**section, "attainment": attainment, "questions": questions})
    return sections


def _read(
    question: View, entry: Mapping[str, Any], outcome: Mapping[str, Any], is_fatal: bool
) -> View:
    titles = {reason["id"]: reason["title"] for reason in question["reasons"]}
    lost = Decimal(outcome.get("lost", "0"))
    return {
        **question,
        "state": outcome.get("state", "unanswered"),
        "answer": answer_text(question, entry),
        "lost": lost,
        "loses": lost > 0 or is_fatal,
        "is_fatal": is_fatal,
        "comment": entry.get("comment", ""),
        "chosen_reasons": [titles.get(name, name) for name in entry.get("reasons", ())],
        "places": [evidence_view(place) for place in entry.get("evidence", ())],
    }


def answer_text(question: View, entry: Mapping[str, Any]) -> str:
    """The answer in words."""
    if entry.get("na"):
        return str(_("Not applicable"))
    answer = entry.get("answer")
    if answer is None:
        return "–"
    labels = {option["value"]: option["label"] for option in question["options"]}
    if isinstance(answer, list):
        ticked = [labels.get(str(item), str(item)) for item in answer]
        between = "、" if str(get_locale()).startswith("zh") else ", "
        return between.join(ticked) if ticked else _("None of these")
    return str(labels.get(str(answer), answer))


def evidence_view(place: Mapping[str, int]) -> View:
    """`kind` span or turn, `label`, and the numbers."""
    if "turn" in place:
        label = _("Message %(number)s", number=place["turn"] + 1)
        return {"kind": "turn", "turn": place["turn"], "label": label}
    begin, end = place["from_ms"], place["to_ms"]
    label = f"{duration(begin / 1000)}–{duration(end / 1000)}"
    return {"kind": "span", "from_ms": begin, "to_ms": end, "label": label}


def evidence_text(evidence: Sequence[Mapping[str, int]]) -> str:
    """As people write it without scripts: `1:01-1:09, #13`."""
    return ", ".join(
        f"#{place['turn'] + 1}"
        if "turn" in place
        else f"{_clock(place['from_ms'])}-{_clock(place['to_ms'])}"
        for place in evidence
    )


def _clock(ms: int) -> str:
    rest = f".{ms % 1000:03d}".rstrip("0").rstrip(".")
    return duration(ms // 1000) + rest


def _sections(definition: Mapping[str, Any]) -> list[View]:
    number = 0
    sections = []
    for section in definition["sections"]:
        questions = []
        for question in section["questions"]:
            number += 1
            questions.append(_question(question, number))
        sections.append(
            {
                "id": section["id"],
                "title": localized(section["title"]),
                "weight": section.get("weight"),
                "questions": questions,
            }
        )
    return sections


def _question(question: Mapping[str, Any], number: int) -> View:
    kind = question["type"]
    options = list(_options(question))
    return {
        "id": question["id"],
        "number": number,
        "title": localized(question["title"]),
        "guide": localized(question.get("guide")),
        "type": kind,
        "widget": _widget(kind, options),
        "options": options,
        "is_wide": _width(options, question.get("allow_na", False)) > WIDEST_BESIDE_TITLE,
        "hint": _hint(question),
        "min": question.get("min", 0 if kind in ("deduct", "bonus") else None),
        "max": question.get("max"),
        "allow_na": question.get("allow_na", False),
        "reasons": [
            {"id": reason["id"], "title": localized(reason["title"])}
            for reason in question.get("reasons", ())
        ],
        "evidence": question.get("evidence", "never"),
        "can_be_fatal": "fatal" in question,
        "is_conditional": "show_if" in question,
    }


def _width(options: list[View], allow_na: bool) -> int:
    """About how many Latin letters wide the choices are; a Chinese character counts twice."""
    texts = [option["label"] for option in options] + ["n/a"] * allow_na
    return sum(sum(2 if ord(letter) > 0x2E80 else 1 for letter in text) + 6 for text in texts)


def _widget(kind: str, options: list[View]) -> str:
    if kind in ("checklist", "text"):
        return kind
    return "options" if options else "number"


def _options(question: Mapping[str, Any]) -> Iterator[View]:
    kind = question["type"]
    if kind == "yes_no":
        good = question.get("good", "yes")
        for value, label in (("yes", _("Yes")), ("no", _("No"))):
            yield _option(question, value, label, 1 if value == good else 0)
    elif kind == "choice":
        for option in question["options"]:
            share = Decimal(str(option["value"]))
            yield _option(question, option["id"], localized(option["title"]), share)
    elif kind == "rating":
        yield from _ratings(question)
    elif kind == "checklist":
        for item in question["items"]:
            yield _option(question, item["id"], localized(item["title"]), 1)
    elif kind == "bonus":
        yield from _grants(question)


def _ratings(question: Mapping[str, Any]) -> Iterator[View]:
    low, high = int(question.get("min", 1)), int(question.get("max", 5))
    if high - low < MOST_CHOICES:
        for value in range(low, high + 1):
            share = Decimal(value - low) / (high - low)
            yield _option(question, str(value), str(value), share)


def _grants(question: Mapping[str, Any]) -> Iterator[View]:
    low, high, step = (Decimal(str(question[key])) for key in ("min", "max", "step"))
    if (high - low) / step < MOST_CHOICES - 1:
        grants = [low + step * number for number in range(int((high - low) / step) + 1)]
        for value in ([] if low == 0 else [Decimal(0)]) + grants:
            text = f"{value.normalize():f}"
            yield {"value": text, "label": f"+{text}", "tone": "", "loses": False, "fatal": False}


def _option(question: Mapping[str, Any], value: str, label: str, share: Decimal | int) -> View:
    fatal = value in [str(name) for name in question.get("fatal", {}).get("on", ())]
    tone = "good" if share == 1 else "bad" if share == 0 else "warn"
    return {
        "value": value,
        "label": label,
        "tone": "" if question["type"] == "checklist" else tone,
        "loses": share < 1,
        "fatal": fatal,
    }


def _hint(question: Mapping[str, Any]) -> str:
    kind = question["type"]
    if kind == "deduct":
        each = question["each"]
        if "at_most" in question:
            most = question["at_most"]
            return str(_("−%(each)s each time, at most −%(most)s", each=each, most=most))
        return str(_("−%(each)s each time", each=each))
    low, high = question.get("min"), question.get("max")
    if kind == "number" and low is not None and high is not None:
        return str(_("%(low)s to %(high)s", low=low, high=high))
    return ""
