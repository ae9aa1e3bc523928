"""Texts as they come: YAML 1.2, JSON, and whatever somebody hostile might send."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scorecards import check, load
from tests.unit.scorecards.forms import form, question

KIB = 1024
HEAD = "id: f\ntitle: {zh: 表, en: F}\nchannel: any\nsections:\n"
SECTION = "- id: s\n  title: {zh: 表, en: F}\n  questions:\n"
TITLE = "title: {zh: 题, en: Q}, guide: {zh: 题, en: Q}"


def yaml_form(question_keys: str, more: str = "") -> str:
    return f"{HEAD}{SECTION}  - {{id: q, {TITLE}, {question_keys}}}\n{more}"


def codes(source: Any) -> list[str]:
    return [problem.code for problem in check(source) if problem.level == "error"]


def test_yes_no_on_and_off_are_text() -> None:
    for word in ("yes", "no", "on", "off", "Yes", "NO", "y", "n"):
        card = load(
            yaml_form(f"type: text, reasons: [{{id: r, title: {{zh: {word}, en: {word}}}}}]")
        )
        assert card.questions[0].reasons[0].title.en == word
    assert load("%YAML 1.1\n---\n" + yaml_form("type: yes_no, good: no")).questions[0].good == "no"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "spelling", ["10", "10.0", "1e1", "+10", "0o12", "0xa", "1.0e+1", "100e-1"]
)
def test_a_number_means_its_value_however_it_is_spelled(spelling: str) -> None:
    card = load(yaml_form(f"type: yes_no, points: {spelling}"))
    plain = load(yaml_form("type: yes_no, points: 10"))
    assert card.digest == plain.digest
    assert card.to_dict()["sections"][0]["questions"][0]["points"] == 10


def test_a_number_keeps_its_exact_decimal_text() -> None:
    text = "0.12345678901234567890123"
    for source in (
        yaml_form(f"type: yes_no, points: {text}"),
        json.dumps(form(question("q"))).replace('"guide"', f'"points": {text}, "guide"'),
    ):
        assert load(source).questions[0].points == Decimal(text)  # type: ignore[union-attr]


def test_a_float_means_its_repr() -> None:
    assert load(form(question("q", points=0.1))).questions[0].points == Decimal("0.1")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "number", ["1e999999", "1e99999999999999999999", "-1e400", ".inf", "-.inf", ".nan", "9" * 5000]
)
def test_a_number_of_no_usable_size_is_an_error(number: str) -> None:
    problems = check(yaml_form(f"type: yes_no, points: {number}"))
    found = [(p.code, p.path, p.line) for p in problems if p.level == "error"]
    assert found == [("number_out_of_range", "sections[0].questions[0].points", 8)]


@pytest.mark.parametrize("word", ["true", "False", "~", "null", "ten", "[1]", "{a: 1}", "1_000"])
def test_what_is_no_number_is_an_error(word: str) -> None:
    assert codes(yaml_form(f"type: yes_no, points: {word}")) == ["wrong_type"]


def test_doubled_keys_are_errors_in_yaml_and_json() -> None:
    text = yaml_form("type: yes_no, points: 1, points: 2") + "channel: call\n"
    found = [(p.code, p.path, p.line) for p in check(text) if p.level == "error"]
    assert found == [
        ("duplicate_key", "sections[0].questions[0].points", 8),
        ("duplicate_key", "channel", 9),
    ]
    doubled = json.dumps(form(question("q")))[:-1] + ',\n"id": "other"}'
    assert [(p.code, p.path, p.line) for p in check(doubled)] == [("duplicate_key", "id", 2)]


@pytest.mark.parametrize("key", ["1", "~", "[a]", "{a: b}", "true", "1.5", "? [x]\n"])
def test_a_key_that_is_no_text_is_an_error(key: str) -> None:
    assert "key_not_text" in codes(yaml_form("type: yes_no", f"{key}: x\n"))


@pytest.mark.parametrize(
    ("tagged", "expected"),
    [("!!str 5", []), ("!!python/object:os.system x", ["bad_tag"]), ("!thing x", ["bad_tag"])],
)
def test_tags_make_no_objects(tagged: str, expected: list[str]) -> None:
    assert codes(yaml_form("type: yes_no").replace("en: F", f"en: {tagged}", 1)) == expected


def test_aliases_repeat_what_they_name() -> None:
    text = yaml_form("type: yes_no").replace("{zh: 表, en: F}", "&t {zh: 表, en: F}", 1)
    text = text.replace("  title: {zh: 表, en: F}", "  title: *t")
    assert load(text).sections[0].title.zh == "表"


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
)
LONG_LAUGHS = f"a: &a {'x' * 200_000}\nb: [{'*a,' * 1000}]\n"

HOSTILE: list[tuple[str, str | bytes, str]] = [
    ("nothing", "", "empty"),
    ("spaces", " " * 200_000, "empty"),
    ("comments", "#\n" * 130_000, "empty"),
    ("a word", "hello", "not_a_mapping"),
    ("a list", "[]", "not_a_mapping"),
    ("a JSON list", "[1, 2]", "not_a_mapping"),
    ("two documents", "a: 1\n---\nb: 2\n", "syntax"),
    ("broken YAML", "a: [1, 2\nb: }", "syntax"),
    ("a tab", "a:\n\t- b", "syntax"),
    ("a broken escape", 'a: "\\q"', "syntax"),
    ("an enormous escape", 'a: "\\Uffffffff"', "syntax"),
    ("an unknown alias", "a: *b", "bad_alias"),
    ("an alias of itself", "a: &a [*a]", "bad_alias"),
    ("laughing aliases", LAUGHS, "too_complex"),
    ("long laughing aliases", LONG_LAUGHS, "too_large"),
    ("a NUL", "a: b\x00", "bad_character"),
    ("an escaped NUL", '{"id": "a\\u0000b"}', "bad_character"),
    ("a lone surrogate", "a: \ud800", "bad_character"),
    ("an escaped lone surrogate", '{"id": "\\ud800"}', "bad_character"),
    ("Latin-1", "a: é".encode("latin-1"), "not_utf8"),
    ("UTF-16", "a: b".encode("utf-16"), "not_utf8"),
    ("open brackets", "[" * 200_000, "too_deep"),
    ("open braces", "{a: " * 50_000, "too_deep"),
    ("JSON brackets", '{"a":' + "[" * 200_000, "too_deep"),
    ("JSON braces", '{"a":' * 40_000, "too_deep"),
    ("dashes", "- " * 100_000, "too_deep"),
    ("question marks", "? " * 100_000, "too_deep"),
    ("indents", "".join(f"{' ' * n}a:\n" for n in range(700)), "too_deep"),
    ("zeros", "a: [" + "0," * 120_000 + "0]", "too_complex"),
    ("JSON zeros", '{"a": [' + "0," * 120_000 + "0]}", "too_complex"),
    ("keys", "".join(f"{n:x}g:\n" for n in range(36_000)), "too_complex"),
    ("items", "a:\n" + "- 1\n" * 60_000, "too_complex"),
    ("too large", "a: " + "x" * 256 * KIB, "too_large"),
    ("too large in bytes", "a: " + "中" * 100 * KIB, "too_large"),
    ("an open quote", 'a: "' + "b\n " * 80_000, "syntax"),
    ("a literal", "a: |\n" + " b\n" * 80_000, "unknown_key"),
]


@pytest.mark.parametrize(("text", "code"), [r[1:] for r in HOSTILE], ids=[r[0] for r in HOSTILE])
def test_a_hostile_text_gets_an_answer(text: str | bytes, code: str) -> None:
    assert code in codes(text)


def test_a_thousand_questions_are_read_and_one_more_is_refused() -> None:
    row = f"  - {{id: q%d, {TITLE}, type: yes_no, points: 2}}\n"
    rows = [row % n for n in range(1001)]
    text = HEAD + SECTION + "".join(rows[:1000])
    assert len(load(text).questions) == 1000
    assert codes(text + rows[1000]) == ["too_large"]
    assert codes(form(*(question(f"q{n}") for n in range(1001)))) == ["too_large"]


def test_a_mapping_is_bounded_like_a_text() -> None:
    assert codes(form(question("q", guide={"zh": "x" * 257 * KIB, "en": "x"}))) == ["too_large"]
    circle: dict[str, Any] = form(question("q"))
    circle["sections"].append(circle)
    assert codes(circle) == ["too_deep"]
    assert codes(form(question("q", points=object()))) == ["wrong_type"]


def test_what_was_written_near_the_limit_can_be_read_back() -> None:
    text = yaml_form("type: yes_no") + "# " + "x" * (255 * KIB)
    assert load(load(text).to_dict()) == load(text)


def test_json_escapes_and_byte_order_marks_are_read() -> None:
    values = form(question("q", title={"zh": "题😀", "en": 'a "quoted" \\ / word'}))
    for text in (
        json.dumps(values),
        "\ufeff" + json.dumps(values, indent=1),
        json.dumps(values).encode(),
    ):
        assert load(text) == load(values)


def test_a_path_is_read(tmp_path: Path) -> None:
    file = tmp_path / "card.yaml"
    file.write_text(yaml_form("type: yes_no"), encoding="utf-8")
    assert load(file).id == "f"
    assert codes(tmp_path) == ["unreadable"]
    assert codes(tmp_path / "absent.yaml") == ["unreadable"]
    file.write_bytes(b"id: \xff")
    assert codes(file) == ["not_utf8"]
    file.write_bytes(b"x" * 256 * KIB * 2)
    assert codes(file) == ["too_large"]
    assert codes(str(file)) == ["not_a_mapping"]


def test_an_unreadable_source_is_a_problem_too() -> None:
    assert codes(None) == ["not_a_mapping"]
    assert codes(Path("a\0b")) == ["unreadable"]


def test_windows_line_ends_keep_their_lines() -> None:
    text = yaml_form("type: yes_no, points: -1").replace("\n", "\r\n")
    assert [p.line for p in check(text)] == [8]
    assert load(text.replace("-1", "1")) == load(yaml_form("type: yes_no, points: 1"))


def test_lines_of_missing_keys_point_to_what_lacks_them() -> None:
    text = HEAD + SECTION + "  - type: yes_no\n    title: {zh: 题, en: Q}\n    guide: {zh: 题}\n"
    assert [(p.code, p.path, p.line) for p in check(text)] == [
        ("missing", "sections[0].questions[0].id", 8)
    ]
