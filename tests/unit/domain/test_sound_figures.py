"""The figures of a call, against a slow count by hundredths of a second and by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_app.domain.sound_figures import (
    Response,
    Span,
    call_figures,
    figures,
    figures_of_turns,
    guess_agent_lane,
    joined,
    responses,
    sound_facts,
    without,
)

AGENT = [(1000, 4000), (9000, 12_000), (40_000, 42_000)]
CUSTOMER = [(5000, 8000), (11_000, 15_000)]
LENGTH = 50_000
STEP = 10


def turns(agent: list[Span], customer: list[Span]) -> list[dict[str, Any]]:
    said = [("agent", *span) for span in agent] + [("customer", *span) for span in customer]
    return [
        {"speaker": who, "text": "…", "from_ms": begin, "to_ms": end}
        for who, begin, end in sorted(said, key=lambda turn: turn[1])
    ]


def test_a_call_by_hand() -> None:
    facts = sound_facts([AGENT, CUSTOMER], [False, False], LENGTH)
    found = figures(facts, 0)
    assert found is not None
    assert (found.source, found.duration_ms, found.lane_is_known) == ("sound", 50_000, True)
    assert (found.agent_ms, found.customer_ms) == (8000, 7000)
    assert found.agent_share == pytest.approx(8 / 15)
    assert found.customer_share == pytest.approx(7 / 15)
    # 15 to 40 s and 42 to 50 s; the seconds at 0, 4 and 8 are pauses, not silence
    assert found.silence_ms == 33_000
    assert found.silence_share == pytest.approx(0.66)
    assert found.longest_silence_ms == 25_000
    assert found.holds == ((15_000, 40_000),)
    assert (found.talk_over_ms, found.talk_over_count) == (1000, 1)
    assert found.response == Response(mean_ms=13_000, longest_ms=25_000, count=2)


def test_the_other_lane_is_the_other_party() -> None:
    facts = sound_facts([AGENT, CUSTOMER], [False, False], LENGTH)
    found = figures(facts, 1)
    assert found is not None
    assert (found.agent_ms, found.customer_ms) == (7000, 8000)
    # the customer answers once after a second, and once interrupts
    assert found.response == Response(mean_ms=1000, longest_ms=1000, count=1)
    assert figures(sound_facts([CUSTOMER, AGENT], [False, False], LENGTH), 0) == found


def test_a_lane_that_nobody_named_counts_as_the_first_and_says_so() -> None:
    facts = sound_facts([AGENT, CUSTOMER], [False, False], LENGTH)
    found = figures(facts, None)
    assert found is not None
    assert found.agent_ms == 8000
    assert not found.lane_is_known


@pytest.mark.parametrize(
    "facts",
    [
        sound_facts([joined(AGENT + CUSTOMER)], [False], LENGTH),
        sound_facts([joined(AGENT + CUSTOMER), []], [False, True], LENGTH),
        sound_facts([joined(AGENT + CUSTOMER)] * 2, [False, False], LENGTH, lanes_are_same=True),
    ],
    ids=["one lane", "a second one without sound", "two lanes with one sound"],
)
def test_where_no_two_parties_are_heard_nothing_is_said_of_them(facts: dict[str, Any]) -> None:
    found = figures(facts, 0)
    assert found is not None
    assert (found.source, found.agent_share, found.customer_share) == (None, None, None)
    assert (found.talk_over_ms, found.talk_over_count, found.response) == (None, None, None)
    assert (found.silence_ms, found.longest_silence_ms) == (33_000, 25_000)
    both = call_figures(facts, 0, turns(AGENT, CUSTOMER))
    assert both is not None
    assert (both.source, both.agent_ms, both.silence_ms) == ("transcript", 8000, 33_000)
    assert both.talk_over_ms is None


def test_the_figures_of_a_silent_call_are_all_silence() -> None:
    found = figures(sound_facts([[], []], [True, True], 60_000), 0)
    assert found is not None
    assert (found.silence_share, found.holds, found.agent_share) == (1, ((0, 60_000),), None)


def test_what_was_kept_before_there_were_figures_gives_what_it_can() -> None:
    kept = {"lanes": [{"silent": False, "speech_ms": 5}] * 2, "silence_ms": 7, "talk_over_ms": 3}
    found = figures(kept, 0)
    assert found is not None
    assert (found.silence_ms, found.holds, found.talk_over_ms) == (7, None, None)
    assert figures(None, 0) is None
    assert figures({"detail": "x"}, 0) is None


def test_turns_with_times_tell_who_spoke_and_how_soon_the_agent_answered() -> None:
    said = turns([(0, 2000), (5500, 8000)], [(3000, 5000), (9000, 10_000)])
    note = {"speaker": "agent", "text": "…", "from_ms": 0, "to_ms": 90_000, "kind": "note"}
    untimed = {"speaker": "customer", "text": "…"}
    found = figures_of_turns([*said, note, untimed], 12_000)
    assert found is not None
    assert (found.source, found.agent_ms, found.customer_ms) == ("transcript", 4500, 3000)
    assert found.response == Response(mean_ms=500, longest_ms=500, count=1)
    assert found.talk_over_ms is None
    assert figures_of_turns([untimed], 12_000) is None
    assert figures_of_turns(turns(AGENT, []), 12_000) is None


def test_an_interruption_is_no_answer_and_an_answer_is_one_even_in_pieces() -> None:
    assert responses([(4000, 6000)], [(0, 5000)]) == []
    assert responses([(5200, 6000), (6500, 7000)], [(0, 5000)]) == [200]
    assert responses([(5000, 6000)], [(0, 5000)]) == [0]
    assert responses([(0, 1000)], [(2000, 3000)]) == []


SPANS = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 120)), max_size=12).map(
    lambda pairs: joined([(a * STEP * 5, (a + b) * STEP * 5) for a, b in pairs])
)


def marked(spans: list[Span], length: int) -> list[bool]:
    return [any(a <= t < b for a, b in spans) for t in range(0, length, STEP * 5)]


def runs(marks: list[bool]) -> list[int]:
    """Lengths of the runs of what is true, in milliseconds."""
    found, now = [], 0
    for mark in [*marks, False]:
        if mark:
            now += STEP * 5
        elif now:
            found.append(now)
            now = 0
    return found


@settings(max_examples=150, deadline=None)
@given(SPANS, SPANS)
def test_the_facts_are_what_a_slow_count_gives(first: list[Span], second: list[Span]) -> None:
    length = 52_000
    facts = sound_facts([first, second], [False, False], length)
    left, right = marked(first, length), marked(second, length)
    quiet = runs([not a and not b for a, b in zip(left, right, strict=True)])
    over = [run for run in runs([a and b for a, b in zip(left, right, strict=True)]) if run >= 500]
    assert facts["silence_ms"] == sum(run for run in quiet if run >= 3000)
    assert facts["longest_silence_ms"] == max(quiet, default=0)
    assert [b - a for a, b in facts["holds"]] == [run for run in quiet if run >= 20_000]
    assert (facts["talk_over_ms"], facts["talk_over_count"]) == (sum(over), len(over))
    assert [lane["speech_ms"] for lane in facts["lanes"]] == [
        sum(left) * STEP * 5,
        sum(right) * STEP * 5,
    ]


@settings(max_examples=100, deadline=None)
@given(SPANS, SPANS)
def test_what_is_left_without_others_is_what_a_slow_count_gives(
    spans: list[Span], others: list[Span]
) -> None:
    left, right = marked(spans, 52_000), marked(others, 52_000)
    kept = [a and not b for a, b in zip(left, right, strict=True)]
    assert marked(without(spans, others), 52_000) == kept


def test_the_agents_lane_is_guessed_by_whose_turns_it_carries() -> None:
    said = turns(AGENT, CUSTOMER)
    assert guess_agent_lane(said, [AGENT, CUSTOMER]) == 0
    assert guess_agent_lane(said, [CUSTOMER, AGENT]) == 1
    assert guess_agent_lane(said, [AGENT, []]) == 0, "one lane that carries sound is enough"
    assert guess_agent_lane(said, [[], AGENT]) == 1


def test_a_guess_forgives_times_that_are_off_by_a_second() -> None:
    off = [[(a + 900, b + 900) for a, b in lane] for lane in (AGENT, CUSTOMER)]
    assert guess_agent_lane(turns(AGENT, CUSTOMER), off) == 0


@pytest.mark.parametrize(
    ("said", "speech"),
    [
        ([{"speaker": "agent", "text": "…"}], [AGENT, CUSTOMER]),
        (turns(AGENT, CUSTOMER), [AGENT]),
        (turns(AGENT, CUSTOMER), [AGENT, AGENT]),
        (turns(AGENT, CUSTOMER), [[], []]),
        (turns(AGENT, AGENT), [AGENT, CUSTOMER]),
        (turns([(0, 900)], []), [[(0, 900)], []]),
        (turns(AGENT, []), [[(1000, 4000)], [(9000, 12_000)]]),
    ],
    ids=["no times", "one lane", "one sound", "no sound", "both at once", "too short", "half"],
)
def test_no_lane_is_named_when_it_is_unclear(
    said: list[dict[str, Any]], speech: list[list[Span]]
) -> None:
    assert guess_agent_lane(said, speech) is None
