"""Sentences of other layers are recognised, with what they quote."""

from __future__ import annotations

import scorecards
from qa_app.domain.people_import import parse_person_row
from qa_app.web.presenters.definition_words import FINDINGS
from qa_app.web.presenters.people_words import NEXT_COLUMN, ROWS
from qa_app.web.presenters.phrasebook import Phrasebook

BAD_FORM = """
id: Bad Id
title: {en: Only English}
channel: call
cap: 90
sections:
  - id: a
    title: A
    weight: heavy
    questions:
      - {id: q1, type: yesno}
      - {id: q1, type: nothing, points: 0}
      - id: q2
        type: yes_no
        title: {en: Q, zh: 题}
        points: -1
        surprise: 1
        show_if: {all: [{question: nobody, in: [true]}]}
"""


def test_a_sentence_keeps_what_it_quotes() -> None:
    book = Phrasebook(["the key %(name)s is missing", "must be text"])
    assert book.say("the key 'title' is missing") == "the key title is missing"
    assert book.say("must be text") == "must be text"
    assert book.known("the key is here") is None


def test_everything_that_is_wrong_with_a_form_has_words() -> None:
    found = [problem.message for problem in scorecards.check(BAD_FORM)]
    assert len(found) > 5
    assert [message for message in found if FINDINGS.known(message) is None] == []


def test_everything_that_is_wrong_with_a_row_of_people_has_words() -> None:
    row = {"employee_no": "a b", "login": "Ä", "email": "x", "lead": "maybe", "from": "soon"}
    problems = parse_person_row(row)
    assert isinstance(problems, list)
    reasons = NEXT_COLUMN.split("; ".join(problems))
    assert reasons == problems
    assert [reason for reason in reasons if ROWS.known(reason) is None] == []
