"""Texts that would be markup or a formula, wherever the desk's newer parts take one in."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import update

from qa_app.models import Conversation, Person, Transcript
from tests.infrastructure.worlds import House

CANARY = "\"'><svg onload=1>{{7*7}}</script><b id=canary>"
PHRASE = "\"'><img onerror id>{{7*7}}</script>"
SAID = [
    {"speaker": "agent", "text": f"go away {CANARY}", "from_ms": 0, "to_ms": 500,
     "words": [[0, 0, 100], [3, 100, 200]]},
    {"speaker": "customer", "text": CANARY, "from_ms": 600, "to_ms": 900, "kind": "recalled"},
    {"speaker": "system", "text": CANARY, "kind": "note",
     "files": [{"name": CANARY, "type": "image"}, {"name": CANARY, "type": CANARY}]},
]  # fmt: skip


class Parsed(HTMLParser):
    """Elements and attributes of a page that only the canary could have brought."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if names.get("id") == "canary" or any(name.startswith("on") for name in names):
            self.found.append(f"{tag} {attrs}")


def looked_at(house: House, role: str, path: str) -> str:
    answer = house.client(role).get(path, buffered=True)
    assert answer.status_code == 200, path
    page = str(answer.text)
    if answer.mimetype == "text/html":
        assert Parsed(page).found == [], path
        assert "49" not in page.replace(CANARY, "") or "{{7*7}}" in page, path
    return page


@pytest.fixture
def filled(fresh_world: House) -> House:
    """The canary in every text that somebody can write."""
    ids, client = fresh_world.ids, fresh_world.client("specialist")
    sent = {"title": CANARY[:60], "text": CANARY, "channel": "", "question_id": ""}
    assert client.post("/snippets", data=sent).status_code == 303
    lines = f"{PHRASE} # {PHRASE}\n@cmd = +2 | -3x # -4y\n+1x\n-2+3"
    listed = {
        "id": "canary", "title_zh": CANARY, "title_en": CANARY, "kind": "forbidden",
        "channel": "any", "language": "any", "speaker": "any", "phrases": f"{lines}\nsvg",
    }  # fmt: skip
    assert client.post("/phrases/edit", data=listed).status_code == 303
    hidden = {"from": "0:00.1", "to": "0:00.5", "reason": CANARY}
    masks = f"/conversations/{ids['conversation anna']}/masks"
    assert client.post(masks, data=hidden).status_code == 303
    with fresh_world.site.writing() as ctx:
        for name in ("anna", "open anna", "bare anna"):
            turns = update(Transcript).where(
                Transcript.conversation_id == ids[f"conversation {name}"]
            )
            ctx.session.execute(turns.values(turns=SAID))
            told = update(Conversation).where(Conversation.id == ids[f"conversation {name}"])
            ctx.session.execute(told.values(turn_count=len(SAID)))
        ctx.session.execute(
            update(Person).where(Person.id == ids["person anna"]).values(name=CANARY)
        )
    return fresh_world


def test_no_text_becomes_markup(filled: House) -> None:
    ids = filled.ids
    desk = looked_at(filled, "specialist", f"/grade/{ids['assignment open anna']}")
    assert "data-hit" in desk
    for path in (
        f"/conversations/{ids['conversation anna']}",
        f"/conversations/{ids['conversation anna']}/masks",
        f"/conversations/{ids['conversation anna']}/transcript/",
        f"/evaluations/{ids['evaluation anna']}",
        "/conversations/?phrases=canary",
        "/snippets",
        "/phrases/",
        "/phrases/lists/canary",
        "/phrases/edit?list=canary",
        "/phrases/lists/canary?q=" + "<svg onload=1>",
        "/snippets?q=" + '"><svg onload=1>',
        "/sampling/draws/2026-11-H1.main.1",
    ):
        looked_at(filled, "specialist", path)
    looked_at(filled, "agent", f"/evaluations/{ids['evaluation anna']}")
    looked_at(filled, "admin", "/audit/")
    looked_at(filled, "lead", f"/conversations/{ids['conversation bare anna']}")
    looked_at(filled, "lead", "/")


def test_an_uploaded_transcript_is_shown_as_text(filled: House) -> None:
    page = f"/conversations/{filled.ids['conversation bare anna']}/transcript/"
    label = "<v " + "A><svg onload=1>"
    for content in (
        json.dumps(SAID),
        f"WEBVTT\n\n00:01.000 --> 00:02.000\n{label}{CANARY}\n",
        f"{CANARY}: hello\n{CANARY}2: {CANARY}\n",
    ):
        sent: dict[str, Any] = {"file": (BytesIO(content.encode()), f"{CANARY}.txt")}
        answer = filled.client("specialist").post(page, data=sent)
        assert Parsed(answer.text).found == []


@pytest.mark.parametrize("path", ["/snippets?format=csv", "/phrases/lists/canary?format=csv"])
def test_no_cell_of_an_exported_list_is_a_formula(filled: House, path: str) -> None:
    text = looked_at(filled, "specialist", path)
    for line in text.lstrip("\ufeff").splitlines():
        for cell in line.split(","):
            assert not cell.strip('"').startswith(("=", "+", "-", "@")), cell
