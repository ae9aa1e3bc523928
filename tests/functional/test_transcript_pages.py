"""The HTML of a transcript: whatever was written in it stays text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from qa_app.web.presenters.transcript import turn_rows

PAGE = (
    "{%- from 'macros/transcript.html' import turns, search -%}"
    "{{ search() }}{{ turns(rows, channel, can_be_heard=heard) }}"
)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</p></li></ol><iframe src=//evil.example>",
    "&lt;b&gt; & &amp;",
    "javascript:alert(1) https://evil.example/?a=1&b=2",
    "{{ 7 * 7 }} {% raw %}",
    "\u202eright to left override\u2066",
    "]]><!-- --><style>*{display:none}</style>",
]
EXPECTED_TAGS = {
    *("div", "label", "svg", "use", "input", "output", "span", "button"),
    *("ol", "li", "p", "ul", "bdi", "mark", "a"),
}


class Reader(HTMLParser):
    """The elements of a page, and the texts of its turns."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self._in_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag == "p" and "turn-text" in (dict(attrs).get("class") or ""):
            self._in_text = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._in_text = False

    def handle_data(self, data: str) -> None:
        if self._in_text:
            self.texts[-1] += data


def read(app: Flask, turns: list[dict[str, Any]], channel: str, *, heard: bool = False) -> Reader:
    rows = turn_rows(turns, ZoneInfo("Asia/Shanghai"))
    with app.test_request_context("/"):
        page = app.jinja_env.from_string(PAGE).render(rows=rows, channel=channel, heard=heard)
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.mark.parametrize("channel", ["call", "chat"])
def test_hostile_texts_stay_texts(app: Flask, channel: str) -> None:
    turns: list[dict[str, Any]] = [
        {
            "speaker": "customer",
            "text": text,
            "at": "2026-11-17T02:00:00Z",
            "from_ms": number * 1000,
            "to_ms": number * 1000 + 900,
            "words": [[0, number * 1000, number * 1000 + 900]],
            "marks": [{"begin": 1, "end": 5, "kind": text, "n": number}],
            "files": [{"name": text, "type": text}],
            "kind": text,
        }
        for number, text in enumerate(HOSTILE)
    ]
    page = read(app, turns, channel, heard=True)
    assert page.texts == HOSTILE
    assert page.tags <= EXPECTED_TAGS
    assert not [name for name, _value in page.attributes if name.startswith("on")]
    addresses = {value for name, value in page.attributes if name in ("src", "href")}
    assert all(address and address.startswith(("/assets/", "#turn-")) for address in addresses)


def test_a_speaker_or_a_kind_never_becomes_a_class(app: Flask) -> None:
    turns = [{"speaker": '"><script>', "text": "x", "kind": "note turn-agent"}]
    classes = {value for name, value in read(app, turns, "chat").attributes if name == "class"}
    assert "turn turn-system" in classes
    assert not [value for value in classes if value and ("<" in value or "turn-note" in value)]


def test_turns_are_in_lists_of_a_hundred_and_numbered_through(app: Flask) -> None:
    page = read(app, [{"speaker": "agent", "text": str(i)} for i in range(250)], "chat")
    lists = [value for name, value in page.attributes if (name, value) == ("class", "turns-part")]
    assert len(lists) == 3
    assert page.texts == [str(i) for i in range(250)]
    assert [int(value or 0) for name, value in page.attributes if name == "data-turn"] == list(
        range(250)
    )


def test_nothing_written_down_is_said(app: Flask) -> None:
    with app.test_request_context("/"):
        page = app.jinja_env.from_string(PAGE).render(rows=turn_rows([], ZoneInfo("UTC")))
    assert "No transcript" in page
