"""The grading desk over HTTP: as its script asks, and as a plain form without any script."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from qa_app.models import Account, Evaluation, Flag, Transcript
from qa_app.services.site import Site
from qa_app.web.forms.grading import read_places
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.infrastructure.sites import SignIn

FORM = """
id: every-kind
title: {zh: 各种题型, en: Every kind}
channel: chat
cap: 110
sections:
  - id: scored
    title: {zh: 计分, en: Scored}
    questions:
      - id: greeting
        title: {zh: 问候, en: Greeting}
        type: yes_no
        allow_na: true
        evidence: on_loss
        reasons: [{id: late, title: {zh: 太晚, en: Too late}}]
      - id: identity
        title: {zh: 身份, en: Identity}
        type: choice
        options:
          - {id: full, title: {zh: 完整, en: Complete}, value: 1}
          - {id: none, title: {zh: 无, en: None}, value: 0}
      - id: steps
        title: {zh: 步骤, en: Steps}
        type: checklist
        items: [{id: ask, title: {zh: 询问, en: Ask}}, {id: thank, title: {zh: 致谢, en: Thank}}]
      - {id: tone, title: {zh: 语气, en: Tone}, type: rating}
      - id: wait
        title: {zh: 等待, en: Wait}
        type: number
        min: 0
        max: 600
        bands: [{to: 30, value: 1}, {value: 0}]
  - id: effects
    title: {zh: 加减, en: Effects}
    questions:
      - {id: slips, title: {zh: 口误, en: Slips}, type: deduct, each: 2, at_most: 10}
      - {id: extra, title: {zh: 加分, en: Extra}, type: bonus, min: 0.5, max: 2, step: 0.5}
      - {id: advice, title: {zh: 建议, en: Advice}, type: text}
"""
PLAIN = {
    "a.greeting": "no",
    "r.greeting": "late",
    "e.greeting": "#2, 0:01-0:02.5",
    "c.greeting": "Too late.",
    "a.identity": "full",
    "a.steps": ["ask"],
    "a.tone": "4",
    "a.wait": "２０",
    "a.slips": "1",
    "a.extra": "0.5",
    "a.advice": "Greet first.",
    "summary": "Good, but late.",
}


@dataclass
class Desk:
    client: FlaskClient
    account: Account
    assignments: list[int]

    @property
    def url(self) -> str:
        return f"/grade/{self.assignments[0]}"


@pytest.fixture
def desk(site: Site, client: FlaskClient, sign_in: SignIn) -> Desk:
    with site.writing() as ctx:
        agent, _ = make_agent(ctx, make_team(ctx))
        account = make_specialist(ctx, "grader")
        form = publish_form(ctx, FORM)
        made = [
            make_assignment(ctx, make_conversation(ctx, agent), account, form) for _ in range(2)
        ]
        ids = [assignment.id for assignment in made]
    sign_in(client, account)
    return Desk(client, account, ids)


def evaluation(site: Site) -> Any:
    with site.reading() as ctx:
        return ctx.session.execute(select(*Evaluation.__table__.columns)).one_or_none()


def draft(changes: dict[str, Any], base: int = 0, **more: Any) -> dict[str, Any]:
    return {"base_version": base, "changes": changes, "tab": "one", "step": 1, **more}


def post(desk: Desk, path: str, body: Any) -> Any:
    return desk.client.post(desk.url + path, json=body, headers={"Accept": "application/json"})


def test_opening_the_desk_shows_everything_and_writes_nothing(desk: Desk, site: Site) -> None:
    answer = desk.client.get(desk.url)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "我的快递还没有到。" in page
    assert 'name="a.greeting" value="~na"' in page
    assert 'name="e.greeting"' in page
    assert evaluation(site) is None
    csp = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in csp
    assert "nonce" not in csp


def test_the_page_travels_compressed_where_the_browser_takes_that(desk: Desk) -> None:
    plain = desk.client.get(desk.url)
    packed = desk.client.get(desk.url, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    token = re.compile(rb'(csrf[-_]token"[^>]*(?:content|value)=")[^"]*')  # new every second
    unpacked = gzip.decompress(packed.data)
    assert token.sub(rb"\1", unpacked) == token.sub(rb"\1", plain.data)
    assert len(packed.data) < 30_000


def test_a_page_whose_address_says_something_travels_as_it_is(desk: Desk) -> None:
    answer = desk.client.get(f"{desk.url}?guess=abc", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"].count("Accept-Encoding") == 1


def test_next_leads_to_the_first_assignment_and_to_rest_when_all_is_done(desk: Desk) -> None:
    assert desk.client.get("/grade").headers["Location"] == desk.url
    for assignment_id in desk.assignments:
        sent = {**PLAIN, "deed": "submit", "base_version": "0"}
        assert desk.client.post(f"/grade/{assignment_id}", data=sent).status_code == 303
    assert "All done" in desk.client.get("/grade").get_data(as_text=True)


def test_a_draft_is_saved_and_answered_with_the_running_score(desk: Desk, site: Site) -> None:
    body = draft({"greeting": {"answer": "no"}, "tone": {"answer": "5"}}, summary="So far.")
    answer = post(desk, "/draft", body)
    assert answer.status_code == 200
    running = answer.json["running"]
    assert answer.json["version"] == 1
    assert running["score"] == "50.00"
    # What a question costs is told once all are answered: now it would carry half of the form.
    assert running["questions"]["greeting"] == ["counted", "0.00", True]
    assert set(running["missing"]) >= {"greeting", "identity"}  # evidence and an answer
    assert evaluation(site).sheet == {"greeting": {"answer": "no"}, "tone": {"answer": 5}}


def test_what_a_question_costs_is_told_once_everything_is_answered(desk: Desk) -> None:
    sheet = {
        "greeting": {"answer": "no"},
        "identity": {"answer": "full"},
        "steps": {"answer": ["ask", "thank"]},
        "tone": {"answer": "5"},
        "wait": {"answer": "12.5"},
        "slips": {"answer": "0"},
        "extra": {"answer": "0"},
    }
    running = post(desk, "/draft", draft(sheet)).json["running"]
    assert running["answered"] == running["asked"], running
    state, lost, loses = running["questions"]["greeting"]
    assert (state, loses) == ("counted", True)
    assert Decimal(lost) == Decimal(running["full"]) - Decimal(running["score"])


def test_another_window_gets_409_and_the_answers_of_the_first(desk: Desk) -> None:
    post(desk, "/draft", draft({"greeting": {"answer": "no", "comment": "late"}}))
    answer = post(desk, "/draft", {**draft({"greeting": {"answer": "yes"}}), "tab": "two"})
    assert answer.status_code == 409
    assert answer.json["error"]["code"] == "draft_changed"
    theirs = answer.json["current"]
    assert theirs["version"] == 1
    assert theirs["answers"][0]["entry"] == {"answer": "no", "comment": "late"}
    assert theirs["answers"][0]["answer"] == "No"


def test_submitting_answers_with_the_next_desk_and_again_with_the_same(desk: Desk) -> None:
    sheet = {
        "greeting": {"answer": "yes"},
        "identity": {"answer": "full"},
        "steps": {"answer": ["ask", "thank"]},
        "tone": {"answer": "5"},
        "wait": {"answer": "12.5"},
        "slips": {"answer": "0"},
        "extra": {"answer": "0"},
    }
    first = post(desk, "/submit", draft(sheet))
    again = post(desk, "/submit", draft(sheet))
    assert first.status_code == again.status_code == 200
    assert first.json == again.json
    assert first.json["next"] == f"/grade/{desk.assignments[1]}"
    other = post(desk, "/submit", draft({**sheet, "tone": {"answer": "1"}}))
    assert other.status_code == 409
    assert (first.json["said"], first.json["next_version"]) == ("Submitted: 100.00 points.", 0)
    assert desk.client.get(desk.url).status_code == 302


def test_an_incomplete_submission_names_its_questions(desk: Desk, site: Site) -> None:
    answer = post(desk, "/submit", draft({"greeting": {"answer": "no"}}))
    assert answer.status_code == 422
    found = {problem["where"]: problem["code"] for problem in answer.json["problems"]}
    assert found["greeting"] == "evidence_missing"
    assert found["identity"] == "unanswered"
    assert "advice" not in found


@pytest.mark.parametrize("body", [None, [], "x", {"changes": []}, {"base_version": 1}])
def test_nonsense_is_refused_in_words(desk: Desk, body: Any) -> None:
    assert post(desk, "/draft", body).status_code == 422


def test_without_scripts_a_whole_evaluation_goes_there_and_back(desk: Desk, site: Site) -> None:
    saved = desk.client.post(desk.url, data={**PLAIN, "deed": "save", "base_version": "0"})
    assert saved.status_code == 303
    page = desk.client.get(desk.url).get_data(as_text=True)
    assert 'value="0:01-0:02.5' in page or "#2, 0:01-0:02.5" in page
    assert "Too late.</textarea>" in page
    assert "Good, but late.</textarea>" in page
    assert 'name="base_version" value="1"' in page
    sent = desk.client.post(desk.url, data={**PLAIN, "deed": "submit", "base_version": "1"})
    assert sent.status_code == 303
    assert sent.headers["Location"] == f"/grade/{desk.assignments[1]}"
    made = evaluation(site)
    assert made.state == "released"
    assert made.sheet["greeting"] == {
        "answer": "no",
        "comment": "Too late.",
        "reasons": ["late"],
        "evidence": [{"turn": 1}, {"from_ms": 1000, "to_ms": 2500}],
    }
    assert made.sheet["wait"] == {"answer": "20"}
    assert made.sheet["extra"] == {"answer": 0.5}
    # (0 + 1 + 0.5 + 0.75 + 1) / 5 = 65.00, less 2.00, and 0.50 on top
    assert str(made.score) == "63.50"


def test_without_scripts_problems_stand_beside_their_fields_and_nothing_is_lost(
    desk: Desk, site: Site
) -> None:
    wrong = {**PLAIN, "e.greeting": "somewhere", "a.wait": "soon", "a.identity": ""}
    answer = desk.client.post(desk.url, data={**wrong, "deed": "submit", "base_version": "0"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for kept in ('value="somewhere"', 'value="soon"', "Too late.</textarea>", "Enter a number."):
        assert kept in page
    assert "Write places as 1:01-1:09" in page
    assert evaluation(site).state == "draft"
    unanswered = {**PLAIN, "a.identity": "", "deed": "submit", "base_version": "1"}
    again = desk.client.post(desk.url, data=unanswered)
    assert again.status_code == 422
    assert "Answer this question." in again.get_data(as_text=True)
    right = {**PLAIN, "deed": "submit", "base_version": "2"}
    assert desk.client.post(desk.url, data=right).status_code == 303


def test_without_scripts_two_windows_show_each_other(desk: Desk, site: Site) -> None:
    desk.client.post(desk.url, data={**PLAIN, "deed": "save", "base_version": "0"})
    mine = {**PLAIN, "a.identity": "none", "deed": "save", "base_version": "0"}
    answer = desk.client.post(desk.url, data=mine)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "changed in another window" in page
    assert "<strong>Complete</strong>" in page
    assert evaluation(site).sheet["identity"] == {"answer": "full"}
    over = desk.client.post(desk.url, data={**mine, "base_version": "1"})
    assert over.status_code == 303
    assert evaluation(site).sheet["identity"] == {"answer": "none"}


def test_a_flag_is_raised_from_the_desk(desk: Desk, site: Site) -> None:
    sent = {"reason": "attitude", "note": "Listen at 0:20."}
    assert desk.client.post(f"{desk.url}/flag", data=sent).status_code == 303
    with site.reading() as ctx:
        flags = ctx.session.execute(select(Flag.kind, Flag.reason, Flag.note)).all()
    assert flags == [("manual", "attitude", "Listen at 0:20.")]
    again = desk.client.post(f"{desk.url}/flag", data=sent, headers={"Accept": "application/json"})
    assert again.status_code == 409


def test_somebody_elses_assignment_is_refused(desk: Desk, site: Site, sign_in: SignIn) -> None:
    with site.writing() as ctx:
        other = make_specialist(ctx, "other")
    client = desk.client.application.test_client()
    sign_in(client, other)
    assert client.get(desk.url).status_code == 403
    sent = client.post(f"{desk.url}/draft", json=draft({}), headers={"Accept": "application/json"})
    assert sent.status_code == 403
    assert client.get("/grade/999999").status_code == 404


def test_personal_data_is_hidden_until_a_reason_is_given(desk: Desk, site: Site) -> None:
    with site.writing() as ctx:
        transcript = ctx.session.scalars(select(Transcript).order_by("conversation_id")).first()
        assert transcript is not None
        transcript.turns = [{"speaker": "customer", "text": "我的电话是13812345678。"}]
    page = desk.client.get(desk.url).get_data(as_text=True)
    assert "13812345678" not in page
    assert 'id="unmask"' in page
    assert desk.client.post(f"{desk.url}/unmask", data={"reason": "x"}).status_code == 303
    assert "13812345678" not in desk.client.get(desk.url).get_data(as_text=True)
    given = {"reason": "The number must be compared."}
    assert desk.client.post(f"{desk.url}/unmask", data=given).status_code == 303
    page = desk.client.get(desk.url).get_data(as_text=True)
    assert "13812345678" in page
    assert 'id="unmask"' not in page


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", []),
        ("#13", [{"turn": 12}]),
        ("1:01-1:09", [{"from_ms": 61000, "to_ms": 69000}]),
        ("1:00:01 – 1:00:02.25；＃1", [{"from_ms": 3601000, "to_ms": 3602250}, {"turn": 0}]),
    ],
)
def test_places_are_read_as_people_write_them(text: str, places: list[dict[str, int]]) -> None:
    assert read_places(text) == places


@pytest.mark.parametrize("text", ["soon", "1:01", "#0", "1:09-1:01", "#1-#2", "1:01-1:09-1:12"])
def test_other_texts_are_no_places(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_places(text)
