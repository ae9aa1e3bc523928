"""How a line of the permission table becomes a request: its address, and what is sent."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.routing import Map
from werkzeug.test import TestResponse

from tests.factories.figures import FORM, PLAN
from tests.factories.people import PASSWORD
from tests.factories.world import CLOSED, PUBLISHED, RUNNING, World

MISSING = 987_654_321
NEW_PASSWORD = "another long secret"
SHEET = {"polite": {"answer": "yes"}, "slips": {"answer": 0}}
CODES = {"closed": CLOSED, "published": PUBLISHED, "running": RUNNING, "missing": "2031-13-H9"}
# endpoint -> argument of its address -> what of the world it names, for the table's second column
THINGS = {
    "account_id": "account",
    "assignment_id": "assignment",
    "batch_id": "import",
    "conversation_id": "conversation",
    "evaluation_id": "evaluation",
    "flag_id": "flag",
    "job_id": "job",
    "mask_id": "mask",
    "person_id": "person",
    "snippet_id": "snippet",
    "stratum_id": "stratum",
}
WORDS = {"slug": {"missing": "missing"}, "filename": {"missing": "missing.js"}}
SENT: dict[str, Callable[[], dict[str, Any]]] = {
    "accounts.create": lambda: {"data": {"login": "new", "name": "New", "role": "manager"}},
    "accounts.password": lambda: {
        "data": {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    },
    "accounts.set_locale": lambda: {"data": {"locale": "zh"}},
    "accounts.sign_in": lambda: {"data": {"login": "song", "password": PASSWORD}},
    "conversations.unmask": lambda: {"data": {"reason": "The customer rang again."}},
    "evaluations.acknowledge": lambda: {"data": {"comment": "Read.", "revision": "1"}},
    "flags.decide": lambda: {"data": {"decision": "confirm", "reason": "It is so."}},
    "grading.flag": lambda: {"data": {"reason": "attitude"}},
    "grading.save": lambda: {"json": {"base_version": 0, "changes": SHEET}},
    "grading.send_form": lambda: {"data": {"base_version": "0", "a.polite": "yes"}},
    "grading.unmask": lambda: {"data": {"reason": "The customer rang again."}},
    "grading.submit": lambda: {"json": {"base_version": 0, "changes": SHEET}},
    "imports.take": lambda: _file("new.csv", "external_id,channel,agent,started_at\n"),
    "people.take": lambda: _file("people.csv", "employee_no,name\nE-new,New\n"),
    "periods.publish": lambda: {"data": {"reason": "Another score."}},
    "phrases.publish": lambda: {
        "data": {
            "id": "new",
            "title_zh": "新",
            "title_en": "New",
            "kind": "forbidden",
            "channel": "any",
            "language": "any",
            "speaker": "agent",
            "phrases": "go away",
        }
    },
    "sampling.draw": lambda: {"data": {"period": RUNNING}},
    "sampling.publish": lambda: _file("plan.yaml", PLAN.replace("quota: 5", "quota: 6")),
    "settings.change": lambda: {"data": {"running_score": "hidden"}},
    "snippets.add": lambda: {"data": {"title": "Late", "text": "Too late.", "channel": ""}},
    "snippets.change": lambda: {"data": {"title": "Late", "text": "Far too late."}},
    "sampling_replacements.replace": lambda: {"data": {"reason": "no_sound"}},
    "sound_masks.add": lambda: {
        "data": {"from": "0:00.1", "to": "0:00.5", "reason": "Says a name."}
    },
    "sound_masks.remove": lambda: {"data": {"reason": "It is nobody's name."}},
    "transcripts.confirm": lambda: {"data": {"upload": "0" * 64}},
    "transcripts.shift": lambda: {"data": {"offset": "1"}},
    "transcripts.take": lambda: _file("said.txt", "Agent: hello\nCustomer: hi\n"),
    "scorecards.publish": lambda: _file("form.yaml", FORM.replace("Slips", "Mistakes")),
}


def _file(name: str, text: str) -> dict[str, Any]:
    return {"data": {"file": (BytesIO(text.encode()), name)}}


def address(urls: Map, method: str, endpoint: str, thing: str, ids: World) -> str:
    """The path that a line speaks of."""
    builder = urls.bind("localhost")
    (rule,) = [one for one in urls.iter_rules(endpoint) if method in (one.methods or ())]
    values = {name: _value(endpoint, name, thing, ids) for name in rule.arguments}
    return builder.build(endpoint, values, method=method)


def _value(endpoint: str, name: str, thing: str, ids: World) -> object:
    if name == "code" and endpoint.startswith("sampling."):
        is_missing = thing == "missing" and endpoint != "sampling.stratum"
        return "2031-01-H1.main.1" if is_missing else f"{PUBLISHED}.main.1"
    half, _, rest = thing.partition(" ")
    if name == "code":
        return CODES.get(half, PUBLISHED)
    if name in THINGS:
        wanted = rest if half in CODES and rest else thing
        return ids.get(f"{THINGS[name]} {wanted}".strip(), MISSING)
    if name == "team":
        return rest or thing
    if name == "version":
        return 1
    known = {"sampling.plan": "main", "sampling.draw": "main"}.get(endpoint, "hundredths")
    known = "rude" if endpoint.startswith("phrases.") else known
    return WORDS.get(name, {}).get(thing, known if name == "slug" else "missing.js")


def ask(client: FlaskClient, method: str, path: str, endpoint: str, **more: Any) -> TestResponse:
    """Send it as a browser would, with what the endpoint takes."""
    sent = SENT[endpoint]() if method == "POST" and endpoint in SENT else {}
    return client.open(path, method=method, buffered=True, **sent, **more)
