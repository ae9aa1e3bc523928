"""The identity of a version: its canonical JSON, its digest, its YAML, and the schema of all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

import scorecards
from scorecards import Scorecard, canonical_json, load, to_yaml
from scorecards.schema import SCHEMA_FILE, schema_text
from tests.unit.scorecards.forms import bands, form, question


def card(**keys: object) -> Scorecard:
    return load(form(question("a", "checklist"), question("b", "rating"), **keys))


def test_to_dict_fills_in_defaults_and_leaves_out_what_is_absent() -> None:
    values = load(form(question("a", reasons=[], fatal={"on": ["no"]}))).to_dict()
    assert (values["full_marks"], values["cap"], values["not_applicable"]) == (
        100,
        100,
        "redistribute",
    )
    assert "bands" not in values
    assert "weight" not in values["sections"][0]
    assert values["sections"][0]["questions"][0] == {
        "id": "a",
        "title": {"zh": "题 a", "en": "Title a"},
        "guide": {"zh": "题 guide", "en": "Title guide"},
        "type": "yes_no",
        "allow_na": False,
        "evidence": "never",
        "points": 1,
        "good": "yes",
        "fatal": {"scope": "form", "on": ["no"]},
    }
    assert card(full_marks=50).to_dict()["cap"] == 50


def test_the_digest_is_that_of_the_canonical_json() -> None:
    values = card(full_marks=12.5).to_dict()
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical_json(values) == text
    assert card(full_marks=12.5).digest == hashlib.sha256(text.encode()).hexdigest()


def test_canonical_numbers_are_plain() -> None:
    values = {"b": [1.0, 1e22, 1e-7, 100, -0.0, 0.5, True, None], "a": '中"\n\u2028'}
    assert canonical_json(values) == (
        '{"a":"中\\"\\n\u2028","b":[1,10000000000000000000000,0.0000001,100,0,0.5,true,null]}'
    )


def test_the_same_form_spelled_differently_has_the_same_digest() -> None:
    plain = load(form(question("a", points=10)))
    for points in (10.0, 1e1):
        assert load(form(question("a", points=points))).digest == plain.digest
    spelled_out = form(question("a", points=10, allow_na=False, evidence="never", good="yes"))
    assert load(spelled_out | {"cap": 100, "full_marks": 100}).digest == plain.digest
    assert load(form(question("a", points=10.5))).digest != plain.digest


def test_yaml_survives_awkward_words() -> None:
    awkward = [
        "yes",
        "12",
        "1e3",
        "null",
        "a: b",
        "# x",
        " x ",
        "line\nline\n",
        "a\n\n b ",
        "'\"",
        "😀",
        "a\u2028b",
        "x" * 300,
        "- a",
        "{",
        "~",
        "\ttab",
        "%",
        "2024-01-01",
        "=",
        "<<",
    ]
    for word in awkward:
        made = load(form(question("a", title={"zh": word, "en": word}, guide={"zh": word})))
        assert load(to_yaml(made)) == made
        assert load(to_yaml(made)).questions[0].title.zh == word


def test_yaml_keeps_every_digit() -> None:
    made = load("""{"id": "f", "title": {"zh": "表", "en": "F"}, "channel": "any", "sections": [{
        "id": "s", "title": {"zh": "表", "en": "F"}, "questions": [{"id": "a", "type": "yes_no",
        "title": {"zh": "表", "en": "F"}, "points": 0.1234567890123456789012}]}]}""")
    assert load(to_yaml(made)).digest == made.digest == load(made.to_dict()).digest


def test_a_card_is_frozen_and_hashable() -> None:
    made = card()
    with pytest.raises(ValueError, match="frozen"):
        made.id = "other"  # type: ignore[misc]
    assert {made, card()} == {made}
    assert made != "form"


def test_a_card_finds_its_parts() -> None:
    made = card(bands=bands(50, 0))
    assert [q.id for q in made.questions] == ["a", "b"]
    assert made.question("b").type == "rating"
    assert made.section_of("b").id == "only"
    assert made.band("band1").from_ == 0
    for look_up in (made.question, made.section_of, made.band):
        with pytest.raises(KeyError):
            look_up("zz")
    assert made.title.in_language("zh_CN") == "题 form"
    assert made.title.in_language("en") == "Title form"


def test_the_schema_file_is_current() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(scorecards.__file__).parent / "py.typed").exists()
    assert all(hasattr(scorecards, name) for name in scorecards.__all__)
