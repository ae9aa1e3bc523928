"""Phrase lists (禁语 and others): what a list says. Reading, matching: the modules beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class PhraseKind(StrEnum):
    """What a hit of the list means; `required` is the one whose absence counts."""

    FORBIDDEN = "forbidden"
    REQUIRED = "required"
    SENSITIVE = "sensitive"
    COMPETITOR = "competitor"


ANY = "any"
CHANNELS = ("call", "chat", ANY)
LANGUAGES = ("zh", "en", ANY)
SPEAKERS = ("agent", "customer", ANY)
FIRST, LAST = "first", "last"


@dataclass(frozen=True, slots=True)
class Within:
    """Where a required phrase must be said: in the `first` or `last` so many turns."""

    end: str
    turns: int

    def to_dict(self) -> dict[str, int]:
        return {self.end: self.turns}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a grader may press where something was found: an answer, or a flag with its reason."""

    question: str = ""
    answer: str = ""
    flag: str = ""

    def to_dict(self) -> dict[str, str]:
        if self.flag:
            return {"flag": self.flag}
        return {"question": self.question, "answer": self.answer}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase with its other wordings; a required one is said when any of them is."""

    text: str
    variants: tuple[str, ...] = ()
    note: str = ""

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.text, *self.variants)

    def to_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = {"text": self.text}
        if self.variants:
            document["variants"] = list(self.variants)
        if self.note:
            document["note"] = self.note
        return document


@dataclass(frozen=True, slots=True)
class PhraseListDefinition:
    """A list as it is published. `within` is for required lists only; None: anywhere."""

    id: str
    title: Mapping[str, str]
    kind: PhraseKind
    phrases: tuple[Phrase, ...]
    channel: str = ANY
    language: str = ANY
    speaker: str = ANY
    within: Within | None = None
    suggest: Suggestion | None = None

    def to_dict(self) -> dict[str, Any]:
        """The canonical form: defaults filled in, absent optional keys left out."""
        document: dict[str, Any] = {
            "id": self.id,
            "title": {"zh": self.title["zh"], "en": self.title["en"]},
            "kind": self.kind.value,
            "channel": self.channel,
            "language": self.language,
            "speaker": self.speaker,
        }
        if self.within is not None:
            document["within"] = self.within.to_dict()
        if self.suggest is not None:
            document["suggest"] = self.suggest.to_dict()
        document["phrases"] = [phrase.to_dict() for phrase in self.phrases]
        return document

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> PhraseListDefinition:
        """What `to_dict` gave, without checking it again."""
        within = next(iter(document.get("within", {}).items()), None)
        suggest = document.get("suggest")
        return cls(
            id=document["id"],
            title=document["title"],
            kind=PhraseKind(document["kind"]),
            phrases=tuple(
                Phrase(one["text"], tuple(one.get("variants", ())), one.get("note", ""))
                for one in document["phrases"]
            ),
            channel=document["channel"],
            language=document["language"],
            speaker=document["speaker"],
            within=None if within is None else Within(*within),
            suggest=None if suggest is None else Suggestion(**suggest),
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in lower-case hex: the identity of a version."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PhraseChanges:
    """What one version of a list has that another has not, by phrases."""

    added: tuple[Phrase, ...]
    removed: tuple[Phrase, ...]
    reworded: tuple[tuple[Phrase, Phrase], ...]
    """Before and after, of the same text."""
    settings: tuple[str, ...]
    """Names of what else is different: title, kind, channel, ..."""


def changes_between(old: PhraseListDefinition, new: PhraseListDefinition) -> PhraseChanges:
    """What changed from `old` to `new`."""
    before = {phrase.text: phrase for phrase in old.phrases}
    after = {phrase.text: phrase for phrase in new.phrases}
    names = ("title", "kind", "channel", "language", "speaker", "within", "suggest")
    was, is_now = ({**one.to_dict(), "phrases": ()} for one in (old, new))
    return PhraseChanges(
        added=tuple(phrase for text, phrase in after.items() if text not in before),
        removed=tuple(phrase for text, phrase in before.items() if text not in after),
        reworded=tuple(
            (before[text], phrase)
            for text, phrase in after.items()
            if text in before and before[text] != phrase
        ),
        settings=tuple(name for name in names if was.get(name) != is_now.get(name)),
    )
