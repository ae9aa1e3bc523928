"""Demo conversations read like service work: many kinds, no two alike, faults where they belong."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from random import Random
from statistics import mean

import pytest

from qa_app.cli.demo.texts import LANGUAGES, MINOR, DemoConversation, Fault, Quality, generate
from qa_app.cli.demo.texts_model import Scenario

SLOTS = {
    *("company", "agent", "name", "product", "product2", "city", "carrier", "order", "other"),
    *("case", "tail", "badge", "amount", "hours", "days", "date", "later", "period", "part"),
}
EVERY_SCENARIO = [
    pytest.param(scenario, id=f"{language}-{scenario.key}")
    for language, phrases in LANGUAGES.items()
    for scenario in phrases.scenarios
]


def _many(count: int, seed: int = 1) -> list[DemoConversation]:
    rng = Random(seed)
    return [
        generate(
            rng, rng.choice(("call", "chat")), rng.choice(("zh", "en")), rng.choice(list(Quality))
        )
        for _ in range(count)
    ]


def _strings(scenario: Scenario) -> list[str]:
    pairs = [text for pair in (*scenario.asks, *scenario.extra) for text in pair]
    return [*scenario.problem, *scenario.found, *scenario.fix, *scenario.wrong, *pairs]


@pytest.mark.parametrize("scenario", EVERY_SCENARIO)
def test_every_scenario_is_complete(scenario: Scenario) -> None:
    assert len(scenario.problem) >= 2
    assert len(scenario.asks) >= 2
    assert len(scenario.found) == len(scenario.fix) == len(scenario.extra) == 2
    assert scenario.wrong
    used = {slot for text in _strings(scenario) for slot in re.findall(r"{(\w+)}", text)}
    assert used <= SLOTS


def test_both_languages_have_the_same_thirty_kinds_of_concern() -> None:
    chinese, english = ({s.key for s in LANGUAGES[x].scenarios} for x in ("zh", "en"))
    assert chinese == english
    assert len(chinese) == 30


def test_the_same_seed_gives_the_same_conversations() -> None:
    assert _many(50) == _many(50)
    assert _many(50) != _many(50, seed=2)


def test_four_thousand_conversations_are_all_different() -> None:
    texts = Counter(tuple(turn.text for turn in c.turns) for c in _many(4000))
    assert max(texts.values()) == 1


def test_no_slot_stays_open_and_nobody_is_silent() -> None:
    for conversation in _many(1000):
        for turn in conversation.turns:
            assert turn.text.strip()
            assert "{" not in turn.text
        assert {turn.speaker for turn in conversation.turns} >= {"agent", "customer"}


def test_turns_follow_each_other_in_time() -> None:
    for conversation in _many(500):
        ends = [turn.to_ms for turn in conversation.turns]
        starts = [turn.from_ms for turn in conversation.turns]
        assert starts == sorted(starts)
        assert all(begin <= end for begin, end in zip(starts, ends, strict=True))
        assert conversation.duration_ms > ends[-1]


def test_a_call_takes_half_a_minute_to_a_minute_and_a_half() -> None:
    for conversation in _many(1000):
        if conversation.channel == "call":
            assert 28_000 < conversation.duration_ms < 95_000
            assert conversation.turns[0].speaker == "agent"
        else:
            assert conversation.turns[0].speaker == "system"


def test_better_work_leaves_more_satisfied_customers() -> None:
    by_quality = {
        quality: mean(c.satisfaction for c in _many(2000) if c.quality is quality)
        for quality in Quality
    }
    assert (
        by_quality[Quality.EXCELLENT]
        > by_quality[Quality.GOOD]
        > by_quality[Quality.FAIR]
        > by_quality[Quality.POOR]
    )
    assert {c.satisfaction for c in _many(500)} == {1, 2, 3, 4, 5}


def test_faults_fit_the_quality() -> None:
    for conversation in _many(500):
        if conversation.quality is Quality.EXCELLENT:
            assert not conversation.faults
        if conversation.quality is Quality.GOOD:
            assert conversation.faults <= set(MINOR)
        if conversation.quality is Quality.POOR:
            assert conversation.faults & {Fault.WRONG_GUIDANCE, Fault.FORBIDDEN_PHRASE}


def test_a_fault_can_be_read_where_the_evidence_points() -> None:
    for conversation in _many(1000):
        assert set(conversation.evidence) <= conversation.faults
        phrases = LANGUAGES[conversation.language]
        for fault, place in conversation.evidence.items():
            turn = conversation.turns[place]
            assert turn.speaker == "agent"
            if fault is Fault.FORBIDDEN_PHRASE:
                assert any(forbidden in turn.text for _, forbidden in phrases.forbidden)
            if fault is Fault.IMPATIENCE:
                assert any(impatient in turn.text for impatient, _ in phrases.impatient)


def test_good_work_has_no_forbidden_phrase_and_greets_and_asks_who_it_is() -> None:
    for conversation in _many(500):
        phrases = LANGUAGES[conversation.language]
        said = " ".join(turn.text for turn in conversation.turns if turn.speaker == "agent")
        if not conversation.faults:
            assert phrases.company in said or "工号" in said
            assert any(question in said for question, _ in phrases.identity)
            assert not any(forbidden in said for _, forbidden in phrases.forbidden)


def test_the_agent_says_their_own_name_and_days_lie_around_the_conversation() -> None:
    rng, named = Random(3), 0
    for _ in range(50):
        conversation = generate(rng, "chat", "en", "good", agent="Xanthe", on=date(2026, 11, 16))
        assert conversation.turns[0].text == "Xanthe has joined the chat"
        named += 1
        for day in re.findall(r"(\d+) November", " ".join(t.text for t in conversation.turns)):
            assert 4 <= int(day) <= 22
    assert named == 50


def test_numbers_are_words_in_a_call_and_figures_in_a_chat() -> None:
    for conversation in _many(300):
        text = " ".join(turn.text for turn in conversation.turns)
        assert bool(re.search(r"\d{4}", text)) <= (conversation.channel == "chat")
