"""Chinese words for every English text, one fragment per concept; merging, compiling, checking."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
LANGUAGES = ("zh",)
METHODS = [("qa_app/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    # Errors carry English sentences, which pages translate when they show them.
    "Refused": (2,),
    "Conflict": (2,),
    "InvalidInput": (2,),
    "Problem": (3,),
}
BARE_PERCENT = re.compile(r"%(?!\(\w+\)s|%)")
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")

Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something wrong with a text, and where it is said."""

    where: str
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}: {self.text!r}"


@dataclass(slots=True)
class Merged:
    """One language's fragments as one catalogue."""

    catalog: Catalog
    places: dict[Key, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def key_of(message: Message) -> Key:
    """A text and its context; of a plural the singular."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, text


def merge(language: str, folder: Path = FOLDER) -> Merged:
    """All fragments of a language; the same text said differently in two is a remark."""
    merged = Merged(Catalog(locale=language, charset="utf-8"))
    for path in sorted((folder / language).glob("*.po")):
        with path.open("rb") as file:
            fragment = read_po(file, locale=language, charset="utf-8", abort_invalid=True)
        for message in fragment:
            if message.id:
                _take(merged, message, f"{path.name}:{message.lineno}")
    return merged


def _take(merged: Merged, message: Message, where: str) -> None:
    key = key_of(message)
    known = merged.catalog.get(key[1], key[0]) if key in merged.places else None
    if known is not None and known.string != message.string:
        reason = f"translated differently in {merged.places[key]}"
        merged.remarks.append(Remark(where, key[1], reason))
    if not is_whole(message):
        merged.remarks.append(Remark(where, key[1], "has no translation"))
    if placeholders_differ(message):
        merged.remarks.append(Remark(where, key[1], "has other placeholders than its text"))
    if any(BARE_PERCENT.search(form) for form in _forms(message)):
        merged.remarks.append(Remark(where, key[1], "write a percent sign as %%"))
    if known is None:
        merged.places[key] = where
        merged.catalog.add(message.id, message.string, context=message.context)


def is_whole(message: Message) -> bool:
    """Whether every form of a text is translated."""
    return bool(_forms(message)) and all(_forms(message))


def placeholders_differ(message: Message) -> bool:
    """Whether a translation names a value that its text does not, or leaves one out."""
    wanted = _placeholders(message.id)
    return any(
        form and _placeholders(form) | {"num"} != wanted | {"num"} for form in _forms(message)
    )


def _forms(message: Message) -> list[str]:
    string = message.string
    return [string] if isinstance(string, str) else list(string or ())


def _placeholders(text: str | Iterable[str]) -> set[str]:
    texts = (text,) if isinstance(text, str) else text
    return {one or other for part in texts for one, other in PLACEHOLDER.findall(part)}


def compile_language(language: str, folder: Path = FOLDER) -> Path:
    """Write LC_MESSAGES/messages.mo of a language from its fragments."""
    target = folder / language / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, merge(language, folder).catalog)
    fresh.replace(target)
    return target


def texts_in_use(root: Path = ROOT) -> dict[Key, str]:
    """Every text that code and templates show, with the first place that does."""
    found: dict[Key, str] = {}
    for filename, line, text, _comments, context in _extracted(root):
        singular = text if isinstance(text, str) else text[0]
        found.setdefault((context, singular), f"{filename}:{line}")
    return found


def _extracted(
    root: Path,
) -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    for folder in ("qa_app", "templates"):
        methods = [(p.partition("/")[2], m) for p, m in METHODS if p.startswith(folder)]
        options = {p.partition("/")[2]: o for p, o in OPTIONS.items() if p.startswith(folder)}
        for filename, *rest in extract_from_dir(root / folder, methods, options, KEYWORDS):
            yield f"{folder}/{filename}", *rest  # type: ignore[misc]


def literals(root: Path = ROOT) -> set[str]:
    """Every string in the code: a text that reaches the page through a variable is one of them."""
    found: set[str] = set()
    for path in (root / "qa_app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def check(language: str, root: Path = ROOT, folder: Path = FOLDER) -> list[Remark]:
    """All that is wrong: missing, unused, contradicting, incomplete, other placeholders."""
    merged = merge(language, folder)
    used = texts_in_use(root)
    written = literals(root)
    missing = [
        Remark(where, key[1], "is not translated")
        for key, where in sorted(used.items(), key=lambda item: item[1])
        if key not in merged.places
    ]
    unused = [
        Remark(where, key[1], "is not used")
        for key, where in merged.places.items()
        if key not in used and key[1] not in written
    ]
    return merged.remarks + missing + unused
