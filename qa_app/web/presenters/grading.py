"""What the grading desk says while one grades: running score, what is missing, who was here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import get_locale
from markupsafe import Markup

from qa_app.web.filters import date_time, localized
from qa_app.web.presenters.flags import reason_options
from qa_app.web.presenters.scorecard import answer_text, evidence_view, loses

View = dict[str, Any]
_fragments: dict[tuple[str, str], Markup] = {}
BAND_TONES = ("good", "info", "warn", "bad")


def kept(template: str) -> Markup:
    """A part of the page that only the language changes, rendered once in a process."""
    key = (template, str(get_locale()))
    if key not in _fragments:
        _fragments[key] = Markup(render_template(template, flag_reasons=reason_options))  # noqa: S704 - our own template
    return _fragments[key]


def losses_to_show(questions: Mapping[str, View]) -> dict[str, View]:
    """The questions' outcomes; what a scored one costs is told once everything is answered.

    Before, the few answered ones carry the weight of all: two slips would read as minus sixty.
    """
    settled = all(question["state"] != "unanswered" for question in questions.values())
    return {
        name: {**question, "lost": "0.00"}
        if question["state"] == "counted" and not settled
        else dict(question)
        for name, question in questions.items()
    }


def running(definition: Mapping[str, Any], result: Mapping[str, Any]) -> View:
    """The score so far, in the words of the page and of its script.

    `questions`: id -> [state, points lost, whether a point is lost].
    """
    questions = result["questions"]
    asked = [name for name, q in questions.items() if q["state"] not in ("hidden", "unscored")]
    missing = list(result["missing"])
    title, tone = _band(definition, result["band"])
    return {
        "score": result["score"],
        "full": str(definition.get("full_marks", 100)),
        "band": title,
        "tone": tone,
        "complete": result["complete"],
        "missing": missing,
        "asked": len(asked),
        "answered": sum(questions[name]["state"] != "unanswered" for name in asked),
        "fatals": [fatal["question"] for fatal in result["fatals"]],
        "questions": {
            name: [shown["state"], shown["lost"], loses(questions[name])]
            for name, shown in losses_to_show(questions).items()
        },
    }


def _band(definition: Mapping[str, Any], band: str | None) -> tuple[str, str]:
    bands: Sequence[Mapping[str, Any]] = definition.get("bands", ())
    for place, found in enumerate(bands):
        if found["id"] == band:
            last = place == len(bands) - 1 and place > 0
            return localized(found["title"]), "bad" if last else BAND_TONES[min(place, 2)]
    return "", "plain"


def conflict_view(
    sections: Sequence[Mapping[str, Any]],
    sheet: Mapping[str, Any],
    summary: str,
    version: int,
    saved_at: datetime,
    mine: Mapping[str, Any],
) -> View:
    """The draft that another window saved, in words; `differs` where `mine` says something else."""
    answers = []
    for section in sections:
        for question in section["questions"]:
            entry = sheet.get(question["id"], {})
            own = mine.get(question["id"], {})
            answers.append(
                {
                    "id": question["id"],
                    "number": question["number"],
                    "title": question["title"],
                    "entry": entry,
                    "answer": answer_text(question, entry),
                    "comment": entry.get("comment", ""),
                    "places": [evidence_view(place) for place in entry.get("evidence", ())],
                    "differs": _kept(entry) != _kept(own),
                }
            )
    return {
        "version": version,
        "saved_at": date_time(saved_at),
        "summary": summary,
        "answers": answers,
    }


def _kept(entry: Mapping[str, Any]) -> View:
    return {part: value for part, value in entry.items() if value or part == "answer"}
