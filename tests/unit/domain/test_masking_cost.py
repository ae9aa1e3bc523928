"""What reading hostile text costs, counted in places looked at; and the version of the rules."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from qa_app.domain.masking import Kind, mask, mask_turns, numbers, personal_data
from qa_app.domain.masking.checks import CARD_LENGTHS
from qa_app.domain.masking.found import MOST_STARTS, Allowance
from qa_app.domain.sound_masks import RULES, spans_of_personal_data
from qa_app.domain.turns import MAX_TEXT
from tests.unit.domain.masking_corpus import with_personal_data, without_personal_data

HOSTILE = ["4 ", "四 ", "1-", "444 ", "62 ", "4 4 4 4 4 4 4x", "+1 2 3 4 5 6 7 8 9 "]
# Raise RULES together with the digest: sites look through their sounds again only then.
RULES_AND_FINDINGS = (2, "afbdb4b7a567a2af")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often places and cards were looked at."""
    counted = Counter[str]()

    def counting(name: str) -> None:
        real = getattr(numbers, name)

        def counted_call(*arguments: object) -> object:
            counted[name] += 1
            return real(*arguments)

        monkeypatch.setattr(numbers, name, counted_call)

    counting("_beginning_at")
    counting("is_bank_card")
    return counted


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_conversation_costs_no_more_than_is_allowed(unit: str, done: Counter[str]) -> None:
    text = (unit * MAX_TEXT)[:MAX_TEXT]
    turns = [{"speaker": "customer", "text": text} for _ in range(20)]
    shown = mask_turns(turns)
    assert 0 < done["_beginning_at"] <= MOST_STARTS
    assert done["is_bank_card"] <= MOST_STARTS * len(CARD_LENGTHS)
    assert [len(turn["text"]) for turn in shown] == [MAX_TEXT] * 20


def test_what_is_not_told_apart_is_hidden_whole() -> None:
    text = "4 " * (MOST_STARTS + 1)
    (hit,) = personal_data(text)
    assert (hit.begin, hit.end, hit.kind) == (0, len(text) - 1, Kind.DIGITS)
    assert not any(sign.isdigit() for sign in mask(text))


def test_what_is_left_of_the_allowance_is_for_what_comes_later() -> None:
    long, short = "4 " * 90, "打13800138000"
    allowance = Allowance(100)
    assert [hit.kind for hit in personal_data(long * 2, allowance)] == [Kind.DIGITS]
    assert [hit.kind for hit in personal_data(short, allowance)] == [Kind.PHONE]
    assert allowance.left == 99


def test_a_long_list_of_cards_is_told_apart() -> None:
    cards = "4111 1111 1111 1111\n" * 1000
    assert {hit.kind for hit in personal_data(cards)} == {Kind.CARD}
    assert mask(cards).count("11\n") == 1000


def test_a_change_of_what_is_found_raises_the_version_of_the_rules() -> None:
    sentences = [*with_personal_data(seed=1, count=600), *without_personal_data(seed=1, count=200)]
    turns = [
        {"speaker": "customer", "text": one.text, "from_ms": at, "to_ms": at + 5000}
        for at, one in zip(range(0, 10**9, 10_000), sentences, strict=False)
    ]
    spans = spans_of_personal_data(turns)
    assert (RULES, hashlib.sha256(repr(spans).encode()).hexdigest()[:16]) == RULES_AND_FINDINGS
