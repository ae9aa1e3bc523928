"""Every form and list that came with the desk's newer parts, sent what no page sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from typing import Any

import pytest

from qa_app.adapters.recordings_store import StoreUnavailable
from tests.infrastructure.worlds import House

DIGITS = "9" * 400
STRANGE = (
    "", "\0", "a\0b", "²", "١٢", "-1", "1e400", "NaN", DIGITS, "9" * 5000, "\x7f\x80",
    "<svg onload=1>", "{{7*7}}", "=1+1", "名" * 5000,
)  # fmt: skip
REASON = "A good reason."
FORMS: tuple[tuple[str, str, tuple[str, ...], dict[str, str]], ...] = (
    ("specialist", "/snippets", ("title", "text", "channel", "question_id"),
     {"title": "T", "text": "X", "channel": "", "question_id": ""}),
    ("specialist", "/snippets/{snippet kept}", ("title", "text", "channel", "question_id"),
     {"title": "T", "text": "X", "channel": "", "question_id": ""}),
    ("manager", "/settings", ("running_score", "other"), {}),
    ("specialist", "/phrases/edit",
     ("id", "title_zh", "title_en", "kind", "channel", "language", "speaker", "within", "turns",
      "suggest", "question", "answer", "flag", "phrases", "try", "deed"),
     {"id": "new", "title_zh": "新", "title_en": "New", "kind": "required", "channel": "any",
      "language": "any", "speaker": "agent", "within": "first", "turns": "2", "phrases": "hello",
      "suggest": "", "deed": "check"}),
    ("specialist", "/conversations/{conversation anna}/masks", ("from", "to", "reason", "next"),
     {"from": "0:00.1", "to": "0:00.5", "reason": REASON, "next": ""}),
    ("specialist", "/conversations/{conversation anna}/masks/{mask anna}/remove",
     ("reason", "next"), {"reason": "", "next": ""}),
    ("specialist", "/conversations/{conversation anna}/lanes", ("lane", "next"), {}),
    ("specialist", "/conversations/{conversation bare anna}/transcript/confirm",
     ("upload", "role-0", "offset", "deed", "replaces"), {"upload": "0" * 64, "offset": "0"}),
    ("specialist", "/conversations/{conversation bare anna}/transcript/shift", ("offset",), {}),
    ("lead", "/conversations/{conversation bare ben}/take", ("form",), {}),
    ("specialist", "/grade/{assignment open anna}/replace", ("reason", "note"),
     {"reason": "other", "note": "Some note."}),
    ("nobody", "/sign-in", ("login", "password", "next"), {"login": "qing", "password": "x"}),
)  # fmt: skip
LISTS = (
    ("specialist", "/snippets?after={}~x"),
    ("specialist", "/snippets?after=1~{}"),
    ("specialist", "/snippets?undo={}"),
    ("specialist", "/snippets?q={}"),
    ("specialist", "/snippets?question={}&channel={}&state={}"),
    ("specialist", "/snippets/offered?channel={}"),
    ("specialist", "/phrases/lists/rude?version={}"),
    ("specialist", "/phrases/lists/rude?after={}"),
    ("specialist", "/phrases/lists/rude?q={}"),
    ("specialist", "/phrases/lists/{}"),
    ("specialist", "/phrases/lists/rude/source?version={}"),
    ("specialist", "/phrases/edit?list=rude&version={}"),
    ("specialist", "/phrases/edit?list={}"),
    ("specialist", "/conversations/?phrases={}"),
    ("specialist", "/conversations/{}/player"),
    ("specialist", "/conversations/{}/masks"),
    ("specialist", "/conversations/{}/transcript/"),
    ("specialist", "/grade/{}/next"),
    ("nobody", "/sign-in?next={}"),
)
TRANSCRIPTS: tuple[bytes, ...] = (
    b"", b"\0", b"\xff\xfe", b"PK\x03\x04junk", b"{" * 50_000, b"[" * 50_000, b'{"turns": [null]}',
    b'[{"speaker":"agent","text":"a","from_ms":-5,"to_ms":-1}]',
    b'[{"speaker":"agent","text":"a","from_ms":1e400,"to_ms":NaN}]',
    b'[{"speaker":"agent","text":"a","from_ms":' + DIGITS.encode() + b',"to_ms":1}]',
    b'[{"speaker":"agent","text":"a","words":[[1,2,3],[-1,5,6],["x",{},[]]]}]',
    b'[{"speaker":"agent","text":"a","files":[{"name":{"a":1},"type":[]}]}]',
    b'[{"speaker":{"a":1},"text":["x"]}]', b'[{"speaker":"agent"}]', b"[1]", b'{"results": 5}',
    b'{"results":{"items":5,"speaker_labels":[]},"jobName":"x"}', b'{"segments":[[]]}',
    b'{"vcon":"0.0.1","dialog":[5],"parties":{}}', b'{"utterances":[{"start":"x","end":{}}]}',
    b"WEBVTT\n\n99999999999:00:00.000 --> 00:00:01.000\n<v Agent>hi\n",
    b"WEBVTT\n\n00:00:05.000 --> 00:00:01.000\nback\n",
    b"1\n00:00:01,000 --> " + b"9" * 5000 + b":00:02,000\nhi\n",
    b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<b>" * 30_000,
    b"WEBVTT\n\n" + b"00:00.000 --> 00:01.000\n<v A>x\n\n" * 5000,
    b"Agent: hi\nCustomer: \x00\x01\n", b"A" * 300_000 + b": x\n", b": : : :\n" * 5000,
    b'{"s":"\\ud800","turns":[{"speaker":"agent","text":"\\ud800\\u0000"}]}',
    json.dumps([{"speaker": "agent", "text": "x" * 100_001}]).encode(),
)  # fmt: skip
HEAD = b"id: n\ntitle: {zh: a, en: b}\n"
EDITOR = {
    "id": "n", "title_zh": "a", "title_en": "b", "kind": "forbidden", "channel": "any",
    "language": "any", "speaker": "agent",
}  # fmt: skip
DEFINITIONS: tuple[bytes, ...] = (
    b"", b"\0", b"id: [" * 1000, b"!!python/object/apply:os.system ['true']", b"a: &a [*a]",
    b"a: &a ['x','x']\n" + b"".join(
        b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c]\n" % (c + 1, c + 1, c, c, c, c, c, c)
        for c in range(97, 106)),
    b"id: x\nid: y\n", b"? [a]\n: b\n", b"%YAML 9.9\n---\n", b"x" * (256 * 1024 + 1),
    HEAD + b"kind: forbidden\nphrases: " + b"9" * 5000,
    HEAD + b"kind: required\nwithin: {first: 0x7fffffffffffffffffff}\nphrases: [a]",
    HEAD + b"kind: forbidden\nphrases: [1, 2.5, null, true, 2020-01-01, {a: b}, [c]]",
    b"id: 2020-01-01\ntitle: .nan\nkind: .inf\nphrases: {}",
    b"phrase\n" + b'"' * 10_001, b"phrase,match\na,b\n,,,,,\n\"x", b"(a+)+$\n" * 50,
)  # fmt: skip


def filled(house: House, path: str) -> str:
    for name, value in house.ids.items():
        path = path.replace("{" + name + "}", str(value))
    assert "{" not in path, path
    return path


def hostile() -> Iterator[tuple[str, str, dict[str, str]]]:
    for role, path, names, base in FORMS:
        yield role, path, {}
        for name, value in product(names, STRANGE):
            yield role, path, {**base, name: value}


def test_no_form_of_the_desk_breaks(fresh_world: House) -> None:
    broken = []
    for role, path, form in hostile():
        page = filled(fresh_world, path)
        for headers in ({}, {"Accept": "application/json", "X-Requested-With": "fetch"}):
            try:
                answer = fresh_world.client(role).post(page, data=form, headers=headers)
            except Exception as error:  # noqa: BLE001 - all of them are told
                broken.append((path, {k: v[:20] for k, v in form.items()}, repr(error)[:160]))
                continue
            there = answer.headers.get("Location", "/")
            if answer.status_code >= 500 or not there.startswith("/") or there.startswith("//"):
                broken.append((path, str(form)[:80], f"{answer.status_code} {there}"))
    assert broken == []


def test_no_list_of_the_desk_breaks(world: House) -> None:
    broken = []
    for (role, path), value in product(LISTS, ("²", "١٢", "-1", DIGITS, "9" * 17, "%00", "NaN")):
        page = path.replace("{}", value)
        try:
            answer = world.client(role).get(page, buffered=True)
        except Exception as error:  # noqa: BLE001 - all of them are told
            broken.append((page[:80], repr(error)[:160]))
            continue
        if answer.status_code >= 500:
            broken.append((page[:80], str(answer.status_code)))
    assert broken == []


def _upload(content: bytes, name: str, **more: str) -> dict[str, Any]:
    return {**more, "file": (BytesIO(content), name)}


@pytest.mark.parametrize("name", ["x.json", "x.vtt", "../../x\0.srt"])
def test_no_transcript_file_breaks_the_upload(fresh_world: House, name: str) -> None:
    page = f"/conversations/{fresh_world.ids['conversation bare anna']}/transcript/"
    broken = []
    for content in TRANSCRIPTS:
        try:
            answer = fresh_world.client("specialist").post(page, data=_upload(content, name))
        except Exception as error:  # noqa: BLE001 - all of them are told
            broken.append((content[:60], repr(error)[:160]))
            continue
        if answer.status_code not in (200, 422):
            broken.append((content[:60], str(answer.status_code)))
    assert broken == []


@pytest.mark.parametrize("name", ["x.yaml", "x.json", "x.csv", "x.txt"])
@pytest.mark.parametrize("deed", ["read", "check", "publish"])
def test_no_definition_breaks_the_phrase_editor(fresh_world: House, name: str, deed: str) -> None:
    broken = []
    for content in DEFINITIONS:
        form = _upload(content, name, deed=deed, **EDITOR)
        try:
            answer = fresh_world.client("specialist").post("/phrases/edit", data=form)
        except Exception as error:  # noqa: BLE001 - all of them are told
            broken.append((content[:60], repr(error)[:160]))
            continue
        if answer.status_code >= 500:
            broken.append((content[:60], str(answer.status_code)))
    assert broken == []


def test_a_store_that_is_away_is_told_where_a_transcript_is_uploaded(
    fresh_world: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_asked: object) -> None:
        raise StoreUnavailable("away")

    page = f"/conversations/{fresh_world.ids['conversation bare anna']}/transcript/"
    client = fresh_world.client("specialist")
    monkeypatch.setattr(type(fresh_world.site.store), "put_derived", away)
    monkeypatch.setattr(type(fresh_world.site.store), "read", away)
    sent = _upload(b"Agent: hello\nCustomer: hi\n", "said.txt")
    assert client.post(page, data=sent).status_code == 503
    assert client.post(f"{page}confirm", data={"upload": "0" * 64}).status_code == 503
