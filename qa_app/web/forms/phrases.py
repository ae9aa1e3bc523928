"""The editor of a phrase list: its fields, what a file fills them with, what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from qa_app.domain.definition_source import DefinitionProblem
from qa_app.domain.phrases import FIRST, LAST, PhraseListDefinition
from qa_app.domain.phrases_reading import (
    MAX_BYTES,
    check_phrase_list,
    lines_of,
    lines_of_csv,
    load_phrase_list,
)

NAMES = (
    "id",
    "title_zh",
    "title_en",
    "kind",
    "channel",
    "language",
    "speaker",
    "within",
    "turns",
    "suggest",
    "question",
    "answer",
    "flag",
    "phrases",
    "try",
)
DEFAULTS = {
    "kind": "forbidden",
    "channel": "any",
    "language": "any",
    "speaker": "agent",
    "turns": "2",
}
DEFINITIONS = (".yaml", ".yml", ".json")


@dataclass(slots=True)
class PhraseListForm:
    """Every field as text, as it was typed."""

    values: dict[str, str] = field(default_factory=dict)
    problems: list[DefinitionProblem] = field(default_factory=list)
    source: str = ""
    """The text that lines of problems count in."""

    @classmethod
    def of(cls, definition: PhraseListDefinition | None) -> PhraseListForm:
        """The fields of a list, of a new one where there is none."""
        if definition is None:
            return cls(dict(DEFAULTS))
        within, suggest = definition.within, definition.suggest
        return cls(
            {
                "id": definition.id,
                "title_zh": definition.title["zh"],
                "title_en": definition.title["en"],
                "kind": definition.kind.value,
                "channel": definition.channel,
                "language": definition.language,
                "speaker": definition.speaker,
                "within": within.end if within else "",
                "turns": str(within.turns) if within else DEFAULTS["turns"],
                "suggest": "" if suggest is None else "flag" if suggest.flag else "answer",
                "question": suggest.question if suggest else "",
                "answer": suggest.answer if suggest else "",
                "flag": suggest.flag if suggest else "",
                "phrases": lines_of(definition.phrases),
            }
        )

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> PhraseListForm:
        return cls({name: form.get(name, "").replace("\0", "") for name in NAMES})

    def take_file(self, name: str, content: bytes) -> None:
        """Fill the fields from a definition, or the phrases from a CSV or a text of lines."""
        if len(content) > MAX_BYTES:
            limit = MAX_BYTES // 1024
            self._refuse("too_large", f"It is larger than {limit} KiB.")
            return
        text = _decoded(content)
        if text is None:
            self._refuse("not_utf8", "The file is not UTF-8 text.")
        elif name.lower().endswith(DEFINITIONS):
            self.source, self.problems = text, check_phrase_list(text)
            if not self.problems:
                tried = self.values.get("try", "")
                self.values = {**self.of(load_phrase_list(text)).values, "try": tried}
        else:
            self.values["phrases"] = lines_of_csv(text) if name.lower().endswith(".csv") else text

    def definition(self) -> PhraseListDefinition | None:
        """The list that the fields describe; None with its problems noted."""
        if self.problems:
            return None
        document = self._document()
        self.source, self.problems = self.values["phrases"], check_phrase_list(document)
        return None if self.problems else load_phrase_list(document)

    def _document(self) -> dict[str, Any]:
        values = self.values
        document: dict[str, Any] = {
            "id": values["id"],
            "title": {"zh": values["title_zh"], "en": values["title_en"]},
            **{name: values[name] for name in ("kind", "channel", "language", "speaker")},
            "phrases": values["phrases"],
        }
        if values["kind"] == "required" and values["within"] in (FIRST, LAST):
            document["within"] = {values["within"]: _number(values["turns"].strip())}
        if values["suggest"] == "answer":
            document["suggest"] = {"question": values["question"], "answer": values["answer"]}
        elif values["suggest"] == "flag":
            document["suggest"] = {"flag": values["flag"]}
        return document

    def _refuse(self, code: str, message: str) -> None:
        self.problems = [DefinitionProblem(code, "", None, message)]


def _number(text: str) -> int | str:
    """The number that was typed; what is none, or far too long for one, as it stands."""
    return int(text) if text.isdecimal() and len(text) < 6 else text


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the choices of the editor offer."""
    return {
        "kind": [
            ("forbidden", _("Forbidden: never said")),
            ("required", _("Required: has to be said")),
            ("sensitive", _("Sensitive: worth a look")),
            ("competitor", _("Competitor")),
        ],
        "channel": [("any", _("Calls and chats")), ("call", _("Calls")), ("chat", _("Chats"))],
        "language": [("any", _("Any")), ("zh", _("Chinese")), ("en", _("English"))],
        "speaker": [("agent", _("Agent")), ("customer", _("Customer")), ("any", _("Both"))],
        "within": [("first", _("in the first turns")), ("last", _("in the last turns"))],
        "suggest": [("answer", _("An answer")), ("flag", _("A flag"))],
    }
