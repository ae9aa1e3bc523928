"""Reads what the grading desk sends: JSON changes from its script, or a plain form without one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from qa_app.domain.errors import InvalidInput, Problem
from qa_app.services.evaluations import Draft
from qa_app.web.presenters.scorecard import NOT_APPLICABLE, NOTHING_TICKED

View = Mapping[str, Any]
COUNTED = ("rating", "deduct", "bonus")
PLACE = re.compile(r"#(\d{1,6})|(?:(\d+):)?(\d+):(\d{1,2}(?:\.\d{1,3})?)", re.ASCII)
SPAN = re.compile(r"\s*(?:-|–|—|~|至|to)\s*")
BETWEEN = re.compile(r"[,;，；、\n]+")


@dataclass(slots=True)
class PlainForm:
    """A whole sheet as it was typed; `typed` holds evidence that could not be read."""

    draft: Draft
    problems: list[Problem] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)


def read_json(body: object, sections: Sequence[View]) -> Draft:
    """What the desk's script sends. Raises InvalidInput for anything else."""
    if not isinstance(body, dict) or not isinstance(body.get("changes"), dict):
        raise InvalidInput([Problem("", "bad_request", "This is no draft of an evaluation.")])
    summary = body.get("summary")
    types = {q["id"]: q["type"] for section in sections for q in section["questions"]}
    return Draft(
        base_version=_whole(body.get("base_version")),
        changes={name: _typed(types.get(name, ""), e) for name, e in body["changes"].items()},
        summary=summary if isinstance(summary, str) else None,
        tab=re.sub(r"[^0-9A-Za-z-]", "", str(body.get("tab", "")))[:24],
        step=_whole(body.get("step")),
        seconds=_whole(body.get("seconds")),
        paused=_whole(body.get("paused")),
    )


def read_form(form: MultiDict[str, str], sections: Sequence[View]) -> PlainForm:
    """What a browser without scripts posts: every question, answered or not."""
    changes: dict[str, Any] = {}
    found = PlainForm(Draft(0))
    for section in sections:
        for question in section["questions"]:
            changes[question["id"]] = _entry(form, question, found)
    found.draft = Draft(
        base_version=_whole(form.get("base_version")),
        changes=changes,
        summary=form.get("summary", ""),
        tab="form",
    )
    return found


def _entry(form: MultiDict[str, str], question: View, found: PlainForm) -> dict[str, Any]:
    name = question["id"]
    entry: dict[str, Any] = {
        "comment": form.get(f"c.{name}", ""),
        "reasons": form.getlist(f"r.{name}"),
    }
    written = form.get(f"e.{name}", "").strip()
    try:
        entry["evidence"] = read_places(written)
    except ValueError:
        found.typed[name] = written
        message = "Write places as 1:01-1:09, or messages as #13, with commas between."
        found.problems.append(Problem(name, "bad_evidence", message))
    chosen = form.getlist(f"a.{name}")
    if NOT_APPLICABLE in chosen or form.get(f"n.{name}"):
        return {**entry, "na": True}
    if question["widget"] == "checklist":
        ticked = [value for value in chosen if value != NOTHING_TICKED]
        return {**entry, "answer": ticked} if chosen else entry
    answer = typed_answer(question["type"], chosen[0].strip() if chosen else "")
    return entry if answer == "" else {**entry, "answer": answer}


def typed_answer(kind: str, text: Any) -> Any:
    """The text of an input as the kind of answer that its question takes, where it can be one."""
    if not isinstance(text, str) or kind not in (*COUNTED, "number"):
        return text
    plain = unicodedata.normalize("NFKC", text).strip()  # digits of a Chinese input method
    if kind == "number":
        return plain
    if re.fullmatch(r"-?\d{1,9}", plain, re.ASCII):
        return int(plain)
    return float(plain) if kind == "bonus" and re.fullmatch(r"\d{1,6}\.\d{1,6}", plain) else plain


def read_places(text: str) -> list[dict[str, int]]:
    """`1:01-1:09, #13` as pieces of evidence. Raises ValueError."""
    places = []
    for part in filter(None, (piece.strip() for piece in BETWEEN.split(text))):
        ends = [_place(end) for end in SPAN.split(part)]
        if len(ends) == 1 and "turn" in ends[0]:
            places.append(ends[0])
        elif len(ends) == 2 and all("ms" in end for end in ends) and ends[0]["ms"] < ends[1]["ms"]:
            places.append({"from_ms": ends[0]["ms"], "to_ms": ends[1]["ms"]})
        else:
            raise ValueError(part)
    return places


def _place(text: str) -> dict[str, int]:
    match = PLACE.fullmatch(text.replace("：", ":").replace("＃", "#"))
    if match is None or match[1] == "0":
        raise ValueError(text)
    if match[1]:
        return {"turn": int(match[1]) - 1}
    minutes = int(match[2] or 0) * 60 + int(match[3])
    return {"ms": minutes * 60_000 + round(float(match[4]) * 1000)}


def _typed(kind: str, entry: Any) -> Any:
    if not isinstance(entry, dict) or "answer" not in entry:
        return entry
    return {**entry, "answer": typed_answer(kind, entry["answer"])}


def _whole(value: object) -> int:
    if isinstance(value, bool) or value is None:
        return 0
    try:
        return max(0, min(2**31 - 1, int(str(value))))
    except ValueError:
        return 0
