"""What no page sends: numbers that no column holds, texts with NUL, JSON of any shape."""

from __future__ import annotations

from io import BytesIO
from itertools import product
from typing import Any

import pytest

from tests.infrastructure.worlds import House

LARGE, LARGER_THAN_AN_INTEGER = "9" * 25, "3000000000"
NUMBERS = (LARGE, LARGER_THAN_AN_INTEGER, f"{LARGE}~{LARGE}", "-1", "x", "%00", "1.5", "")
SPECIALIST = (
    "/scorecards/hundredths?version=",
    "/sampling/?before=",
    "/sampling/plans/main?version=",
    "/sampling/draws/2026-11-H1.main.1?after=",
    "/jobs/?after=",
    "/imports/?after=",
    "/imports/1?after=",
    "/periods?after=",
    "/periods/2026-11-H1?version=",
    "/periods/2026-11-H1?after=",
    "/periods/2026-11-H1/teams/A?version=",
    "/periods/2026-11-H1/versions/",
    "/conversations/?after=",
    "/conversations/",
    "/evaluations?after=",
    "/evaluations/",
    "/flags/?after=",
    "/flags/",
    "/grade/",
    "/people/?q=",
    "/people/?after=",
    "/people/?team=",
    "/people/",
)
ENTRIES: tuple[Any, ...] = (
    {"polite": {"comment": "\ud800"}},
    {"polite": {"comment": "a\0b"}},
    {"polite": {"answer": 1e400}},
    {"polite": None},
    {"polite": {"evidence": [{"turn": 10**30}]}},
    {"polite": {"evidence": "x"}},
    {"polite": {"reasons": {"a": 1}}},
    {"slips": {"answer": 10**30}},
    {"slips": {"answer": float("nan")}},
    {"nope": {"answer": 1}},
    [1],
)
BODIES = (b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"base_version":NaN}', b"[" * 100_000)
FILES = (b"", b"\0\xff\xfe", b"PK\x03\x04junk", b"a,b\n\0,\0\n", b"id: [" * 1000)
NAMES = ("x.yaml", "x.xlsx", "x\0.csv", "../../x", "名" * 200 + ".csv")
FORMS = (
    ("admin", "/accounts", {"login": "new\0x", "name": "a\0b", "role": "hr"}),
    ("admin", "/accounts", {"login": "n", "name": "a", "role": "hr", "employee_no": "\0"}),
    ("admin", "/accounts", {"login": "n", "name": "a", "role": "system"}),
    ("specialist", "/conversations/1/unmask", {"reason": "abcd\0efg"}),
    ("lead", "/flags/1/decide", {"decision": "confirm", "reason": "a\0b"}),
    ("agent", "/evaluations/1/acknowledge", {"comment": "a\0b", "revision": LARGE}),
    ("specialist", "/periods/2026-11-H2/publish", {"reason": "a\0b"}),
    ("specialist", "/sampling/plans/main/draw", {"period": "\0"}),
    ("nobody", "/sign-in", {"login": "a\0b", "password": "x\0"}),
    ("nobody", "/language", {"locale": "\0", "next": "\0"}),
)
UPLOADS = (
    ("specialist", "/scorecards/publish_form"),
    ("specialist", "/sampling/publish"),
    ("specialist", "/imports/new"),
    ("admin", "/people/import"),
)


@pytest.mark.parametrize("address", SPECIALIST)
def test_no_number_in_an_address_is_too_large(world: House, address: str) -> None:
    for number in NUMBERS:
        answer = world.client("specialist").get(address + number, buffered=True)
        assert answer.status_code in (200, 302, 303, 308, 400, 404, 422), number


def test_no_sheet_of_a_wrong_shape_breaks_the_desk(fresh_world: House) -> None:
    client = fresh_world.client("specialist")
    page = f"/grade/{fresh_world.ids['assignment open anna']}"
    for step, (entry, deed) in enumerate(product(ENTRIES, ("draft", "submit"))):
        sent = {"base_version": 0, "changes": entry, "tab": "x", "step": step}
        answer = client.post(f"{page}/{deed}", json=sent)
        assert answer.status_code in (200, 409, 422), (deed, entry)
    for body in BODIES:
        answer = client.post(f"{page}/draft", data=body, content_type="application/json")
        assert answer.status_code == 422, body[:20]


def test_no_text_with_a_nul_breaks_a_form(fresh_world: House) -> None:
    for role, path, form in FORMS:
        answer = fresh_world.client(role).post(path, data=form)
        assert answer.status_code < 500, (path, form)


@pytest.mark.parametrize(("role", "path"), UPLOADS)
def test_no_file_of_another_kind_breaks_an_upload(fresh_world: House, role: str, path: str) -> None:
    client = fresh_world.client(role)
    for content, name in product(FILES, NAMES):
        answer = client.post(path, data={"file": (BytesIO(content), name)})
        assert answer.status_code in (200, 302, 422), (content[:12], name)
