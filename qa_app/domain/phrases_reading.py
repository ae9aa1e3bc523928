"""Reads phrase lists from YAML, lines or CSV, and writes them; says all that is wrong at once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from qa_app.domain.definition_reader import UNFIT_CHARACTERS, DefinitionReader, join
from qa_app.domain.definition_source import (
    Branch,
    DefinitionProblem,
    Node,
    Scalar,
    Sequence,
    UnreadableDefinition,
    read_definition,
)
from qa_app.domain.errors import InvalidInput
from qa_app.domain.flag_reasons import REASONS
from qa_app.domain.phrases import (
    CHANNELS,
    FIRST,
    LANGUAGES,
    LAST,
    SPEAKERS,
    Phrase,
    PhraseKind,
    PhraseListDefinition,
    Suggestion,
    Within,
)
from qa_app.domain.phrases_text import normalised

LIST_ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
QUESTION_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
ANSWER_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
MAX_BYTES = 4 * 1024 * 1024
MOST_PHRASES = 50_000
MOST_VARIANTS = 40
LONGEST = 200
TURNS_MAX = 50
KNOWN_KEYS = (
    "id",
    "title",
    "kind",
    "channel",
    "language",
    "speaker",
    "within",
    "suggest",
    "phrases",
)
_NOTE = re.compile(r"\s#\s")
_OF_LINES = re.compile(r"[=|]|\s#(\s|$)|^#")
CSV_HEADS = ("text", "phrase")


class Line(NamedTuple):
    """A phrase as it stands somewhere: where, which line, its texts."""

    path: str
    line: int | None
    text: str
    variants: tuple[str, ...]
    note: str


def load_phrase_list(source: Path | str | Mapping[str, Any]) -> PhraseListDefinition:
    """Read a list from a file, a text or its `to_dict()`; `phrases` may be a text of lines.

    Raises InvalidInput with everything that is wrong with it.
    """
    definition, problems = _read(source)
    if definition is None:
        raise InvalidInput(
            [problem.as_problem() for problem in problems], "This is not a valid phrase list."
        )
    return definition


def check_phrase_list(source: Path | str | Mapping[str, Any]) -> list[DefinitionProblem]:
    """Everything that is wrong with a list, with path and line; an empty list where nothing is."""
    return _read(source)[1]


def lines_of_csv(text: str) -> str:
    """A CSV of `text, variants (with | between), note` as lines, one line for each of its rows."""
    found = []
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""))):
        cells = [" ".join(cell.split()) for cell in (*row, "", "", "")[:3]]
        if number == 0 and cells[0].lower() in CSV_HEADS:
            found.append("")
            continue
        found.append(phrase_line(Phrase(cells[0], tuple(filter(None, [cells[1]])), cells[2])))
    return "\n".join(found)


def csv_of(definition: PhraseListDefinition) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of a list, as `lines_of_csv` reads them."""
    rows: list[tuple[str, ...]] = [
        (one.text, " | ".join(one.variants), one.note) for one in definition.phrases
    ]
    return ("text", "variants", "note"), rows


def lines_of(phrases: Iterable[Phrase]) -> str:
    """Phrases as the lines that are typed: `phrase = variant | variant # note`."""
    return "\n".join(map(phrase_line, phrases))


def phrase_line(phrase: Phrase) -> str:
    variants = f" = {' | '.join(phrase.variants)}" if phrase.variants else ""
    return f"{phrase.text}{variants}" + (f" # {phrase.note}" if phrase.note else "")


def yaml_of(definition: PhraseListDefinition) -> str:
    """A list as YAML that reads back as the same list."""
    document = definition.to_dict()
    lines = [f"id: {definition.id}"]
    title = ", ".join(f"{name}: {_quoted(text)}" for name, text in document["title"].items())
    lines.append(f"title: {{{title}}}")
    lines += [f"{name}: {document[name]}" for name in ("kind", "channel", "language", "speaker")]
    for name in ("within", "suggest"):
        if name in document:
            inner = ", ".join(
                f"{key}: {value if isinstance(value, int) else _quoted(value)}"
                for key, value in document[name].items()
            )
            lines.append(f"{name}: {{{inner}}}")
    lines.append("phrases: |")
    lines += [f"  {phrase_line(phrase)}" for phrase in definition.phrases]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read(
    source: Path | str | Mapping[str, Any],
) -> tuple[PhraseListDefinition | None, list[DefinitionProblem]]:
    try:
        root = read_definition(source, max_bytes=MAX_BYTES)
    except UnreadableDefinition as error:
        return None, [error.problem]
    reader = DefinitionReader()
    found = reader.mapping(root, "", KNOWN_KEYS, ("id", "title", "kind", "phrases"))
    values: dict[str, Any] = {name: READERS[name](reader, node) for name, node in found.items()}
    if values.get("within") is not None and values.get("kind") not in (None, PhraseKind.REQUIRED):
        message = "Only a required list has a place where it must be said."
        reader.report("only_required", "within", found["within"].line, message)
    problems = sorted(reader.problems, key=lambda one: one.line or 0)
    return (None if problems else PhraseListDefinition(**values)), problems


def _within(reader: DefinitionReader, node: Node) -> Within | None:
    found = reader.mapping(node, "within", (FIRST, LAST))
    if len(found) != 1:
        if isinstance(node, Branch):
            reader.report("one_choice", "within", node.line, "Name either first or last.")
        return None
    end, value = next(iter(found.items()))
    turns = reader.whole(value, join("within", end), 1, TURNS_MAX)
    return None if turns is None else Within(end, turns)


def _suggest(reader: DefinitionReader, node: Node) -> Suggestion | None:
    found = reader.mapping(node, "suggest", ("question", "answer", "flag"))
    if set(found) == {"flag"}:
        flag = reader.one_of(found["flag"], "suggest.flag", REASONS)
        return None if flag is None else Suggestion(flag=flag)
    if set(found) != {"question", "answer"}:
        if isinstance(node, Branch):
            message = "Name a question with its answer, or a flag with its reason."
            reader.report("one_choice", "suggest", node.line, message)
        return None
    question = reader.text(found["question"], "suggest.question", QUESTION_PATTERN)
    answer = reader.text(found["answer"], "suggest.answer", ANSWER_PATTERN)
    return None if question is None or answer is None else Suggestion(question, answer)


def _phrases(reader: DefinitionReader, node: Node) -> tuple[Phrase, ...]:
    if isinstance(node, Scalar) and not node.is_null:
        lines = _typed(node)
    elif isinstance(node, Sequence):
        lines = [one for one in map(_item(reader), enumerate(node.items)) if one is not None]
    else:
        message = "Write a list of phrases, or a text with one on each line."
        reader.report("not_a_list", "phrases", node.line, message)
        return ()
    if not lines and not reader.problems:
        reader.report("no_phrase", "phrases", node.line, "A list has at least one phrase.")
    if len(lines) > MOST_PHRASES:
        message = f"A list has at most {MOST_PHRASES} phrases."
        reader.report("too_many", "phrases", node.line, message)
        return ()
    return _checked(reader, lines)


def _typed(node: Scalar) -> list[Line]:
    """The phrases of a text; a block of YAML begins on the line after its key's."""
    is_block = node.line is not None
    found = []
    for number, whole in enumerate(node.text.splitlines(), start=1):
        line = number + (node.line or 0) if is_block else number
        typed, _sign, note = _cut(whole.strip())
        if not typed:
            continue
        text, _equals, others = typed.partition("=")
        variants = [part.strip() for part in others.split("|") if part.strip()]
        found.append(Line(f"phrases[{number - 1}]", line, text.strip(), tuple(variants), note))
    return found


def _cut(line: str) -> tuple[str, str, str]:
    if line.startswith("#"):
        return "", "#", line
    mark = _NOTE.search(line)
    if mark is None:
        return line, "", ""
    return line[: mark.start()].strip(), "#", line[mark.end() :].strip()


def _item(reader: DefinitionReader) -> Any:
    def read(numbered: tuple[int, Node]) -> Line | None:
        number, node = numbered
        path = f"phrases[{number}]"
        if isinstance(node, Scalar):
            text = reader.text(node, path)
            return None if text is None else Line(path, node.line, text, (), "")
        found = reader.mapping(node, path, ("text", "variants", "note"), ("text",))
        if "text" not in found:
            return None
        text = reader.text(found["text"], join(path, "text"))
        variants: tuple[str, ...] = ()
        if "variants" in found and not _is_empty(found["variants"]):
            variants = reader.texts(found["variants"], join(path, "variants"))
        note = reader.text(found["note"], join(path, "note")) if "note" in found else ""
        return None if text is None else Line(path, node.line, text, variants, note or "")

    return read


def _is_empty(node: Node) -> bool:
    return isinstance(node, Sequence) and not node.items


def _checked(reader: DefinitionReader, lines: list[Line]) -> tuple[Phrase, ...]:
    """The phrases, with what is wrong with any of them reported where it stands."""
    seen: dict[str, int | None] = {}
    found = []
    for given in lines:
        one = given._replace(
            text=_one_line(given.text),
            variants=tuple(map(_one_line, given.variants)),
            note=_one_line(given.note),
        )
        if len(one.variants) > MOST_VARIANTS:
            message = f"A phrase has at most {MOST_VARIANTS} variants."
            reader.report("too_many", one.path, one.line, message)
        for text in (one.text, *one.variants):
            problem = _wrong_with(text)
            if problem:
                reader.report(problem[0], one.path, one.line, problem[1])
                continue
            plain = normalised(text).strip()
            if plain in seen:
                message = "This stands in the list twice."
                reader.report("doubled_value", one.path, one.line, message)
            seen[plain] = one.line
        if len(one.note) > LONGEST or UNFIT_CHARACTERS.search(one.note):
            message = "A note has at most 200 printable characters."
            reader.report("bad_note", one.path, one.line, message)
        found.append(Phrase(one.text, one.variants, one.note))
    return tuple(found)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrong_with(text: str) -> tuple[str, str] | None:
    """Code and message, or None."""
    if not text or len(text) > LONGEST or UNFIT_CHARACTERS.search(text):
        return "bad_text", "Write 1 to 200 printable characters."
    if _OF_LINES.search(text):
        return "bad_character", "A phrase holds no = and no |, and a # only within a word."
    if not any(sign.isalnum() for sign in normalised(text)):
        return "no_letter", "A phrase has at least one letter or digit."
    return None


def _kind(reader: DefinitionReader, node: Node) -> PhraseKind | None:
    text = reader.one_of(node, "kind", tuple(PhraseKind))
    return None if text is None else PhraseKind(text)


READERS: Mapping[str, Any] = {
    "id": lambda reader, node: reader.text(node, "id", LIST_ID_PATTERN),
    "title": lambda reader, node: reader.title(node, "title"),
    "kind": _kind,
    "channel": lambda reader, node: reader.one_of(node, "channel", CHANNELS),
    "language": lambda reader, node: reader.one_of(node, "language", LANGUAGES),
    "speaker": lambda reader, node: reader.one_of(node, "speaker", SPEAKERS),
    "within": _within,
    "suggest": _suggest,
    "phrases": _phrases,
}
