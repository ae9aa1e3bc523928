"""Phrases are found where they stand: against a naive search, and by examples that went wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.phrases import Phrase, PhraseKind, PhraseListDefinition, Suggestion, Within
from qa_app.domain.phrases_matching import ListInForce, Match, Matcher
from qa_app.domain.phrases_text import (
    normalised,
    normalised_with_places,
    stands_alone,
)

SIGNS = "aAbé1 \u3000\n\u200b\u0301,，。我你們们發发ﬁＡ\U0001f600\u2764\ufe0fßＧ-"
normalised_with_places("warm")  # its tables are made at first use, which takes a moment
normalised("warm")
TEXTS = st.one_of(st.text(SIGNS, max_size=24), st.text(max_size=24))


def definition(*phrases: str | Phrase, **values: Any) -> PhraseListDefinition:
    made = tuple(one if isinstance(one, Phrase) else Phrase(one) for one in phrases)
    kind = values.pop("kind", PhraseKind.FORBIDDEN)
    return PhraseListDefinition(
        id=values.pop("id", "list"),
        title={"zh": "表", "en": "List"},
        kind=kind,
        phrases=made,
        **values,
    )


def matcher(*definitions: PhraseListDefinition) -> Matcher:
    return Matcher(ListInForce(n, 1, one) for n, one in enumerate(definitions, start=1))


def found(text: str, *phrases: str) -> list[str]:
    return [text[one.begin : one.end] for one in matcher(definition(*phrases)).matches(text)]


@given(TEXTS)
def test_the_quick_form_of_a_text_is_the_careful_one(text: str) -> None:
    plain, begins, ends = normalised_with_places(text)
    assert normalised(text) == plain
    assert begins == sorted(begins)
    assert all(0 <= begin < end <= len(text) for begin, end in zip(begins, ends, strict=True))
    assert normalised(plain) == normalised(normalised(plain))


@given(TEXTS, st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=3))
def test_it_finds_what_a_naive_search_finds(text: str, lists: list[list[str]]) -> None:
    known = [[one for one in dict.fromkeys(some) if normalised(one).strip()] for some in lists]
    made = [definition(*some, id=f"l{n}") for n, some in enumerate(known)]
    assert matcher(*made).matches(text) == naive(text, known)


def naive(text: str, lists: list[list[str]]) -> list[Match]:
    plain, begins, ends = normalised_with_places(text)
    matches = []
    for place, phrases in enumerate(lists):
        spans = []
        for number, phrase in enumerate(phrases):
            wording = normalised(phrase).strip()
            spans += [
                (start, start + len(wording), number)
                for start in range(len(plain) - len(wording) + 1)
                if plain[start : start + len(wording)] == wording
                and stands_alone(plain, start, start + len(wording))
            ]
        taken: list[tuple[int, int, int]] = []
        for span in sorted(spans, key=lambda one: (one[0] - one[1], one)):
            if all(span[1] <= other[0] or other[1] <= span[0] for other in taken):
                taken.append(span)
        matches += [Match(place, n, begins[begin], ends[end - 1]) for begin, end, n in taken]
    return sorted(matches, key=lambda one: (one.begin, one.end, one.place))


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("這不歸我 管！", "不归我管", ["不歸我 管"]),
        ("NOT  my\tProblem", "not my problem", ["NOT  my\tProblem"]),
        ("law\u200byer", "lawyer", ["law\u200byer"]),
        ("lawyers", "lawyer", []),
        ("找lawyer谈", "lawyer", ["lawyer"]),
        ("打４１２３１５６", "12315", []),
        ("打１２３１５。", "12315", ["１２３１５"]),
        ("cafe\u0301s, cafe\u0301", "Café", ["cafe\u0301"]),
        ("that\u2019s it", "that's it", ["that\u2019s it"]),
        ("ﬁne", "fine", ["ﬁne"]),
        ("你好,请问", "你好，请问", ["你好,请问"]),
    ],
)
def test_a_phrase_is_found_however_it_is_written(
    text: str, phrase: str, expected: list[str]
) -> None:
    assert found(text, phrase) == expected


def test_the_longest_match_wins_within_a_list_and_lists_may_overlap() -> None:
    one, other = definition("投诉", "我要投诉", id="a"), definition("要投", id="b")
    matches = matcher(one, other).matches("我要投诉你")
    assert [(m.place, m.begin, m.end) for m in matches] == [(0, 0, 4), (1, 1, 3)]


def turn(speaker: str, text: str, **more: Any) -> dict[str, Any]:
    return {"speaker": speaker, "text": text, **more}


def test_a_list_is_for_its_channel_language_and_speaker() -> None:
    lists = matcher(
        definition("bye", id="call", channel="call"),
        definition("bye", id="zh", language="zh"),
        definition("bye", id="customer", speaker="customer"),
        definition("bye", id="any"),
    )
    said = [turn("agent", "bye"), turn("customer", "bye"), turn("system", "bye")]
    note = turn("agent", "bye", kind="note")

    def where(channel: str, language: str | None) -> list[tuple[str, int]]:
        hits = lists.find([*said, note], channel, language).hits
        return [(hit.list_slug, hit.turn) for hit in hits]

    assert where("chat", "en") == [("any", 0), ("customer", 1), ("any", 1)]
    assert ("call", 0) in where("call", "en")
    assert ("zh", 0) in where("chat", "zh-CN")
    assert ("zh", 0) in where("chat", "yue")
    assert ("zh", 0) not in where("chat", None)


def test_the_language_of_a_conversation_is_read_from_its_words_where_nobody_said() -> None:
    lists = matcher(
        definition("您好", id="zh", kind=PhraseKind.REQUIRED, language="zh", speaker="agent"),
        definition("hello", id="en", kind=PhraseKind.REQUIRED, language="en", speaker="agent"),
    )
    chinese = lists.find([turn("agent", "请问订单号 A1 是多少")], "chat", None)
    english = lists.find([turn("agent", "What is the number?")], "chat", "")
    assert [one.list_slug for one in chinese.missing] == ["zh"]
    assert [one.list_slug for one in english.missing] == ["en"]


def test_a_required_phrase_is_missed_where_it_was_not_said_in_time() -> None:
    greeting = definition(
        Phrase("hello", ("good morning",)),
        kind=PhraseKind.REQUIRED,
        speaker="agent",
        within=Within("first", 1),
        suggest=Suggestion("greeting", "no"),
    )
    farewell = definition(
        "bye", id="bye", kind=PhraseKind.REQUIRED, speaker="agent", within=Within("last", 2)
    )
    lists = matcher(greeting, farewell)
    late = [turn("agent", "Yes?"), turn("customer", "Hello."), turn("agent", "Good morning.")]
    findings = lists.find(late, "chat", "en")
    assert [(one.phrase, one.suggestion) for one in findings.missing] == [
        ("hello", Suggestion("greeting", "no")),
        ("bye", None),
    ]
    assert findings.hits == ()
    fine = [turn("agent", "Good morning."), turn("agent", "Bye!"), turn("agent", "x")]
    found_here = lists.find(fine, "chat", "en")
    assert found_here.missing == ()
    assert [(hit.phrase, hit.turn) for hit in found_here.hits] == [("hello", 0), ("bye", 1)]
    nobody = lists.find([turn("customer", "Hello?")], "chat", "en")
    assert nobody.is_empty


@given(st.lists(st.tuples(st.sampled_from(["agent", "customer"]), TEXTS), max_size=4))
def test_a_tally_counts_what_is_found_and_what_is_missing(said: list[tuple[str, str]]) -> None:
    lists = matcher(
        definition("a", "我", "发", "我你", "ab", "é1", "b a", "发é"),
        definition("b", "你们", kind=PhraseKind.REQUIRED, id="must", speaker="agent"),
    )
    turns = [turn(speaker, text) for speaker, text in said]
    findings = lists.find(turns, "chat", "zh")
    tally = lists.tally(turns, "chat", "zh")
    hits = [hit for hit in findings.hits if hit.kind is PhraseKind.FORBIDDEN]
    assert tally.get(1, (0, 0))[0] == len(hits)
    assert tally.get(2, (0, 0))[0] == len(findings.missing)
    if hits:
        assert tally[1].first_turn == hits[0].turn
