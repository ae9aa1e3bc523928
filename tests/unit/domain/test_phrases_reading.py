"""Definitions of phrase lists: what is read, what is wrong and on which line, what is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.errors import InvalidInput
from qa_app.domain.phrases import (
    Phrase,
    PhraseKind,
    PhraseListDefinition,
    Suggestion,
    Within,
    changes_between,
)
from qa_app.domain.phrases_reading import (
    check_phrase_list,
    csv_of,
    lines_of,
    lines_of_csv,
    load_phrase_list,
    yaml_of,
)

SHIPPED = Path(__file__).parents[3] / "qa_app" / "policies" / "phrases"
GREETING = """
id: greeting
title: {zh: 问候, en: "Greeting: the first"}
kind: required
speaker: agent
within: {first: 2}
suggest: {question: greeting, answer: "no"}
phrases:
  - {text: hello, variants: [hi, good morning], note: either}
  - 您好
"""


def test_a_list_is_read_and_written_as_it_was() -> None:
    read = load_phrase_list(GREETING)
    assert read.kind is PhraseKind.REQUIRED
    assert read.within == Within("first", 2)
    assert read.suggest == Suggestion("greeting", "no")
    assert read.phrases == (Phrase("hello", ("hi", "good morning"), "either"), Phrase("您好"))
    assert load_phrase_list(yaml_of(read)) == read
    assert load_phrase_list(read.to_dict()) == read
    assert PhraseListDefinition.from_dict(read.to_dict()) == read


WORDS = st.text("abc 我们#'\"\\:{}-\u3000é,", max_size=12).filter(
    lambda text: any(sign.isalnum() for sign in text)
)


@given(st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=2), WORDS), min_size=1, max_size=4))
def test_whatever_is_accepted_reads_back_from_yaml_lines_and_csv(
    given_phrases: list[tuple[str, list[str], str]],
) -> None:
    document = {
        "id": "x",
        "title": {"zh": "表\\\"'", "en": "A: b # c"},
        "kind": "forbidden",
        "phrases": [
            {"text": text, "variants": variants, "note": note}
            for text, variants, note in given_phrases
        ],
    }
    if check_phrase_list(document):
        return
    read = load_phrase_list(document)
    assert load_phrase_list(yaml_of(read)) == read
    assert load_phrase_list({**document, "phrases": lines_of(read.phrases)}) == read


def test_a_table_gives_the_same_phrases() -> None:
    read = load_phrase_list(GREETING)
    header, rows = csv_of(read)
    text = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in (header, *rows))
    assert lines_of_csv(text).strip() == lines_of(read.phrases)


def test_everything_wrong_is_said_with_line_and_path() -> None:
    problems = check_phrase_list(
        "id: No\ntitle: {zh: 表}\nkind: rude\nwithin: {first: 0, last: 1}\n"
        "suggest: {flag: because}\nphrases: |\n  ok\n\n  OK = x | ｘ\n  -- = y\n  # remark\n"
    )
    assert [(one.line, one.path, one.code) for one in problems] == [
        (1, "id", "bad_form"),
        (2, "title.en", "missing"),
        (3, "kind", "unknown_value"),
        (4, "within", "one_choice"),
        (5, "suggest.flag", "unknown_value"),
        (9, "phrases[2]", "doubled_value"),
        (9, "phrases[2]", "doubled_value"),
        (10, "phrases[3]", "no_letter"),
    ]
    with pytest.raises(InvalidInput) as refusal:
        load_phrase_list("id: x")
    assert len(refusal.value.problems) == 3


def test_lines_of_a_form_are_counted_in_its_field() -> None:
    document = {"id": "x", "title": {"zh": "表", "en": "L"}, "kind": "sensitive"}
    problems = check_phrase_list({**document, "phrases": "a\r\nb\r\nA"})
    assert [(one.line, one.code) for one in problems] == [(3, "doubled_value")]
    assert check_phrase_list({**document, "phrases": " \n# none\n"})[0].code == "no_phrase"


@pytest.mark.parametrize("source", ["", "[]", "phrases", "- a", "id: &a x\nkind: *a", "\x00", "{"])
def test_what_is_no_list_is_refused_in_words(source: str) -> None:
    assert check_phrase_list(source)


def test_only_a_required_list_says_where() -> None:
    source = GREETING.replace("required", "forbidden")
    assert [one.code for one in check_phrase_list(source)] == ["only_required"]


def test_twenty_thousand_lines_are_read() -> None:
    lines = "\n".join(f"  词语{number} = 变体{number}" for number in range(20_000))
    source = f"id: big\ntitle: {{zh: 大, en: Big}}\nkind: sensitive\nphrases: |\n{lines}\n"
    assert len(load_phrase_list(source).phrases) == 20_000


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_list_is_whole(path: Path) -> None:
    assert load_phrase_list(path).id == path.stem


def test_changes_name_phrases_and_settings() -> None:
    old = load_phrase_list(GREETING)
    new = load_phrase_list(
        GREETING.replace("- 您好", "- 你好").replace("first: 2", "first: 3").replace("hi,", "")
    )
    changes = changes_between(old, new)
    assert [one.text for one in changes.added] == ["你好"]
    assert [one.text for one in changes.removed] == ["您好"]
    assert [(a.variants, b.variants) for a, b in changes.reworded] == [
        (("hi", "good morning"), ("good morning",))
    ]
    assert changes.settings == ("within",)
