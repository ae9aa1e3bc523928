"""The small pieces of a turn's HTML: phrases marked in its text, files, words with their times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from qa_app.web.assets import asset


@dataclass(frozen=True, slots=True)
class Parts:
    """Markup that only the language changes; every field is ready to be put into a page."""

    who: dict[str, str]
    waited: dict[str, str]
    kinds: dict[str, str]
    phrases: dict[str, str]
    files: dict[str, str]
    hourglass: str
    longest: dict[str, str]
    lost: str
    more: str
    attributes: str
    not_loaded: str


_kept: dict[tuple[str, str], Parts] = {}


def parts_of_language() -> Parts:
    """The pieces in the reader's language, made once in a process."""
    key = (str(get_locale()), asset("icons.svg"))
    if key not in _kept:
        _kept[key] = _make()
    return _kept[key]


def icon(name: str) -> str:
    """A drawing from the sprite, as decoration."""
    address = f"{asset('icons.svg')}#{name}"
    return f'<svg class="icon" aria-hidden="true" focusable="false"><use href="{address}"/></svg>'


def _make() -> Parts:
    return Parts(
        who=_safe({"agent": _("Agent"), "customer": _("Customer"), "system": _("System")}),
        waited=_safe(
            {
                "customer": _("The customer waited"),
                "agent": _("The agent waited"),
                "": _("Nothing was said for"),
            }
        ),
        kinds={
            "note": _label(
                icon("lock"), _("Note between colleagues – the customer did not see it")
            ),
            "recalled": _label(icon("arrow-counterclockwise"), _("Taken back")),
        },
        phrases=_safe(
            {
                "forbidden": _("Forbidden phrase"),
                "required": _("Required phrase"),
                "sensitive": _("Sensitive phrase"),
                "competitor": _("Competitor's name"),
            }
        ),
        files=_file_kinds(),
        hourglass=icon("hourglass"),
        longest=_safe(
            {
                "customer": _("Longest wait of the customer"),
                "agent": _("Longest wait of the agent"),
                "": _("Longest silence"),
            }
        ),
        lost=_text(_("Its text was not kept.")),
        more=_more(),
        attributes=_attributes(),
        not_loaded=_text(_("Only its name is kept here; nothing is loaded from outside.")),
    )


def _file_kinds() -> dict[str, str]:
    return {
        "image": _file(icon("file-earmark-image"), _("Picture")),
        "sound": _file(icon("file-earmark-music"), _("Sound")),
        "video": _file(icon("file-earmark-play"), _("Video")),
        "file": _file(icon("file-earmark"), _("File")),
    }


def _text(text: str) -> str:
    return str(escape(text))


def _safe(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: _text(text) for key, text in texts.items()}


def _label(drawing: str, text: str) -> str:
    return f'<span class="turn-label">{drawing}<span>{escape(text)}</span></span>'


def _file(drawing: str, kind: str) -> str:
    return f'{drawing}<span class="visually-hidden">{escape(kind)}: </span>'


def _more() -> str:
    return (
        '<button type="button" class="btn btn-quiet btn-sm turn-more needs-script" data-more '
        f'aria-expanded="false" data-less="{escape(_("Show less"))}">{escape(_("Show all"))}'
        "</button>"
    )


def _attributes() -> str:
    """Words for the script."""
    return f' data-back-text="{escape(_("Back to the sound"))}"'


def marked(text: str, marks: Sequence[Mapping[str, Any]], parts: Parts) -> Markup:
    """The text, escaped, with `{begin, end, kind, n}` marked; marks may nest.

    One that begins within another and ends behind it ends with that.
    """
    pieces: list[str] = []
    place, open_ends = 0, [len(text)]
    for mark in sorted(marks, key=lambda one: (one["begin"], -one["end"])):
        begin = max(place, int(mark["begin"]))
        while len(open_ends) > 1 and open_ends[-1] <= begin:
            pieces += (escape(text[place : open_ends[-1]]), "</mark>")
            place = open_ends.pop()
        end = min(int(mark["end"]), open_ends[-1])
        if end <= begin:
            continue
        kind = mark["kind"] if mark["kind"] in parts.phrases else "sensitive"
        pieces.append(escape(text[place:begin]))
        pieces.append(
            f'<mark class="phrase phrase-{kind}" data-hit="{int(mark["n"])}" '
            f'title="{parts.phrases[kind]}">'
        )
        place = begin
        open_ends.append(end)
    while len(open_ends) > 1:
        pieces += (escape(text[place : open_ends[-1]]), "</mark>")
        place = open_ends.pop()
    pieces.append(escape(text[place:]))
    return Markup("".join(pieces))  # noqa: S704 - joined from escaped texts


def files(sent: Sequence[Mapping[str, Any]], parts: Parts) -> str:
    """Files by name; none is ever loaded."""
    items = "".join(
        f"<li>{parts.files.get(str(file.get('type')), parts.files['file'])}"
        f'<bdi title="{parts.not_loaded}">{escape(file.get("name") or "–")}</bdi></li>'
        for file in sent
    )
    return f'<ul class="turn-files" role="list">{items}</ul>'


def words(times: Sequence[Sequence[int]], text: str) -> str:
    """`offset from to` of each word, in UTF-16 units as browsers count; spaces between all."""
    if text.isascii() or max(text) <= "\uffff":
        return " ".join(f"{offset:d} {begin:d} {end:d}" for offset, begin, end in times)
    wide = [0]
    for sign in text:
        wide.append(wide[-1] + (2 if sign > "\uffff" else 1))
    last = len(text)
    return " ".join(
        f"{wide[min(offset, last)]:d} {begin:d} {end:d}" for offset, begin, end in times
    )
