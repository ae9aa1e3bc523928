"""What the grading desk says while one grades: running score, what is missing, who was here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import get_locale
from markupsafe import Markup, escape

from qa_app.web.filters import date_time, localized
from qa_app.web.presenters.flags import reason_options
from qa_app.web.presenters.sampling_replacements import replacement_reasons
from qa_app.web.presenters.scorecard import answer_text, evidence_view, loses

View = dict[str, Any]
OPENS, ENDS = "\ue000", "\ue001"
MARKED = re.compile(f"{OPENS}([a-z_]+){ENDS}")
_fragments: dict[tuple[str, str], list[str]] = {}
BAND_TONES = ("good", "info", "warn", "bad")


def kept(template: str, **filled: object) -> Markup:
    """A part of the page that only the language changes, rendered once in a process.

    `filled` (an address, a token) is put in anew each time; the template itself asks for nothing
    of the request or of whoever it is for.
    """
    key = (template, str(get_locale()))
    if key not in _fragments:
        marks = {name: f"{OPENS}{name}{ENDS}" for name in filled}
        page = render_template(
            template,
            flag_reasons=reason_options,
            replacement_reasons=replacement_reasons,
            kept=kept,
            **marks,
        )
        _fragments[key] = MARKED.split(page)
    parts = _fragments[key]
    values = [escape(filled[name]) for name in parts[1::2]]
    text = [*parts]
    text[1::2] = values
    return Markup("".join(text))  # noqa: S704 - our own template


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


def without_points(shown: View) -> View:
    """The same where the site hides the running score: what is answered, missing, owes a place."""
    questions = {
        name: [state, "0.00", loss] for name, (state, _, loss) in shown["questions"].items()
    }
    hidden = {"score": None, "band": "", "tone": "plain", "questions": questions}
    return {**shown, **hidden, "hides_points": True}


def no_losses(questions: Mapping[str, View]) -> dict[str, View]:
    """The questions' outcomes without what they cost."""
    return {name: {**question, "lost": "0.00"} for name, question in questions.items()}


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
