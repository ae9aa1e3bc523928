"""Turns what phrase lists say and find into words: strips, places, suggestions, changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from qa_app.domain.definition_source import DefinitionProblem
from qa_app.domain.phrases import (
    FIRST,
    Phrase,
    PhraseChanges,
    PhraseKind,
    PhraseListDefinition,
    Suggestion,
    Within,
)
from qa_app.domain.phrases_matching import ListInForce, Matcher, PhraseFindings
from qa_app.domain.phrases_reading import phrase_line
from qa_app.web.filters import duration, localized
from qa_app.web.presenters.findings import Finding, beside_lines
from qa_app.web.presenters.flags import reason_text
from qa_app.web.presenters.transcript_parts import marked, parts_of_language

View = dict[str, Any]
SHOWN_CHANGES = 30
TONES = {
    PhraseKind.FORBIDDEN: "bad",
    PhraseKind.SENSITIVE: "warn",
    PhraseKind.COMPETITOR: "info",
    PhraseKind.REQUIRED: "good",
}


@dataclass(frozen=True, slots=True)
class PhrasesView:
    """What the strip, its list and the marks in the transcript show."""

    counts: list[View]
    hits: list[View]
    missing: list[View]

    @property
    def is_empty(self) -> bool:
        return not self.hits and not self.missing


def phrases_view(
    findings: PhraseFindings,
    turns: Sequence[Mapping[str, Any]] = (),
    questions: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    may_flag: bool = False,
) -> PhrasesView:
    """The findings in words. `questions`: those of the form that is being filled in, by id, as
    `form_view` has them; without them nothing is suggested."""
    known = questions or {}
    hits = [
        {
            "n": number,
            "kind": hit.kind.value,
            "tone": TONES[hit.kind],
            "list": localized(hit.list_title),
            "phrase": hit.phrase,
            "said": turns[hit.turn].get("text", "")[hit.begin : hit.end] if turns else hit.phrase,
            "note": hit.note,
            "turn": hit.turn,
            "when": _when(turns[hit.turn].get("from_ms") if turns else None, hit.turn),
            "speaker": hit.speaker,
            "from_ms": turns[hit.turn].get("from_ms") if turns else None,
            "to_ms": turns[hit.turn].get("to_ms") if turns else None,
            "suggests": _suggests(hit.suggestion, known, may_flag=may_flag),
        }
        for number, hit in enumerate(findings.hits)
    ]
    missing = [
        {
            "list": localized(one.list_title),
            "phrase": one.phrase,
            "note": one.note,
            "where": where_words(one.within),
            "suggests": _suggests(one.suggestion, known, may_flag=may_flag),
        }
        for one in findings.missing
    ]
    return PhrasesView(_counts(findings, missing), hits, missing)


def with_marks(
    turns: Sequence[Mapping[str, Any]], findings: PhraseFindings
) -> list[dict[str, Any]]:
    """The turns, each with the `marks` that the transcript draws: `{begin, end, kind, n}`."""
    marks: dict[int, list[View]] = {}
    for number, hit in enumerate(findings.hits):
        mark = {"begin": hit.begin, "end": hit.end, "kind": hit.kind.value, "n": number}
        marks.setdefault(hit.turn, []).append(mark)
    return [
        {**turn, "marks": marks[index]} if index in marks else dict(turn)
        for index, turn in enumerate(turns)
    ]


def questions_of(sections: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The questions of a form's sections by id."""
    return {one["id"]: one for section in sections for one in section["questions"]}


def _counts(findings: PhraseFindings, missing: Sequence[View]) -> list[View]:
    """The words of the strip: hits by kind, then what was not said."""
    words: dict[PhraseKind, Any] = {
        PhraseKind.FORBIDDEN: lambda n: ngettext("%(num)s forbidden", "%(num)s forbidden", n),
        PhraseKind.SENSITIVE: lambda n: ngettext("%(num)s sensitive", "%(num)s sensitive", n),
        PhraseKind.COMPETITOR: lambda n: ngettext("%(num)s competitor", "%(num)s competitors", n),
    }
    found = []
    for kind, say in words.items():
        count = sum(hit.kind is kind for hit in findings.hits)
        if count:
            found.append({"text": say(count), "tone": TONES[kind], "kind": kind.value})
    for name in dict.fromkeys(one["list"] for one in missing):
        text = _("not found: %(name)s", name=name)
        found.append({"text": text, "tone": "warn", "kind": "missing"})
    return found


def _when(from_ms: int | None, turn: int) -> str:
    """The place in the sound, else the number of the message."""
    return f"#{turn + 1}" if from_ms is None else duration(from_ms / 1000)


def _suggests(
    suggestion: Suggestion | None,
    questions: Mapping[str, Mapping[str, Any]],
    *,
    may_flag: bool,
) -> View | None:
    """What may be pressed; None where the form has no such question or answer."""
    if suggestion is None:
        return None
    if suggestion.flag:
        words = _("Flag: %(reason)s", reason=reason_text(suggestion.flag))
        return {"text": words, "flag": suggestion.flag} if may_flag else None
    question = questions.get(suggestion.question)
    if question is None:
        return None
    options = question.get("options") or ()
    label = next((one["label"] for one in options if one["value"] == suggestion.answer), None)
    if label is None and (options or question["widget"] != "number"):
        return None
    return {
        "text": f"{question['title']} → {label or suggestion.answer}",
        "question": suggestion.question,
        "answer": suggestion.answer,
    }


def kind_words(kind: str) -> str:
    """A kind of list."""
    names: dict[str, str] = {
        "forbidden": _("Forbidden"),
        "required": _("Required"),
        "sensitive": _("Sensitive"),
        "competitor": _("Competitor"),
    }
    return names[kind]


def where_words(within: Within | None) -> str:
    """Where a required phrase has to be said."""
    if within is None:
        return str(_("anywhere"))
    if within.end == FIRST:
        return str(ngettext("in the first turn", "in the first %(num)s turns", within.turns))
    return str(ngettext("in the last turn", "in the last %(num)s turns", within.turns))


def suggestion_words(suggestion: Suggestion | None) -> str:
    """What a list suggests, by the ids that it names."""
    if suggestion is None:
        return ""
    if suggestion.flag:
        return str(_("Flag: %(reason)s", reason=reason_text(suggestion.flag)))
    return f"{suggestion.question} → {suggestion.answer}"


def change_lines(changes: PhraseChanges) -> list[View]:
    """`{sign, text}` of what a version changed, not too many of them."""
    names = {
        "title": _("Title"),
        "kind": _("Kind"),
        "channel": _("Channel"),
        "language": _("Language"),
        "speaker": _("Said by"),
        "within": _("Where"),
        "suggest": _("Suggestion"),
    }
    lines = [{"sign": "~", "text": names[name]} for name in changes.settings]
    lines += [{"sign": "+", "text": phrase_line(one)} for one in changes.added]
    lines += [{"sign": "−", "text": phrase_line(one)} for one in changes.removed]
    lines += [{"sign": "~", "text": phrase_line(after)} for _before, after in changes.reworded]
    return lines


def findings_of_phrases(source: str, problems: Iterable[DefinitionProblem]) -> list[Finding]:
    """Everything wrong with a list, beside the lines where it stands."""
    return beside_lines(source, problems)


def matching_phrases(definition: PhraseListDefinition, wanted: str) -> list[Phrase]:
    """The phrases in which a text stands, all of them where none is asked for."""
    asked = wanted.strip().casefold()
    return [one for one in definition.phrases if asked in phrase_line(one).casefold()]


def tried(definition: PhraseListDefinition, text: str) -> View:
    """A pasted text as the list sees it, line by line, each said by whom the list is for."""
    speaker = definition.speaker if definition.speaker != "any" else "agent"
    turns = [{"speaker": speaker, "text": line} for line in text.splitlines()]
    channel = definition.channel if definition.channel != "any" else "chat"
    language = definition.language if definition.language != "any" else None
    matcher = Matcher([ListInForce(0, 0, definition)])
    findings = matcher.find(turns, channel, language)
    parts = parts_of_language()
    lines: list[Markup] = [
        marked(turn["text"], turn.get("marks", ()), parts) for turn in with_marks(turns, findings)
    ]
    return {"lines": lines, "found": len(findings.hits), "view": phrases_view(findings, turns)}
