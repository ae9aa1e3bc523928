"""Rotation over graders, against a search through all possible assignments."""

from __future__ import annotations

from collections import Counter
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from qa_app.domain.rotation import ToAssign, rotate

GRADERS = ("qa1", "qa2", "qa3", "qa4")


def picks_of(counts: dict[str, int]) -> list[ToAssign]:
    return [
        ToAssign(f"import:{agent}-{number}", agent)
        for agent, count in counts.items()
        for number in range(count)
    ]


def spread_and_load(
    picks: list[ToAssign],
    chosen: dict[str, str],
    graders: tuple[str, ...],
    already: dict[tuple[str, str], int],
) -> tuple[int, int]:
    """How uneven an assignment is, first within the agents, then among the graders."""
    met, load = Counter(already), Counter(dict.fromkeys(graders, 0))
    for (_, grader), count in already.items():
        load[grader] += count
    for one in picks:
        met[one.agent, chosen[one.key]] += 1
        load[chosen[one.key]] += 1
    return sum(n * n for n in met.values()), sum(n * n for n in load.values())


agents = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(1, 9), min_size=1)


@given(agents, st.integers(1, 4), st.text(max_size=3))
def test_everybody_gets_as_many_and_every_agent_meets_as_many_as_possible(
    counts: dict[str, int], size: int, salt: str
) -> None:
    graders = GRADERS[:size]
    picks = picks_of(counts)
    chosen = rotate(graders, picks, salt=salt).graders
    load = Counter(chosen.values())
    loads = [load[grader] for grader in graders]
    assert sum(loads) == len(picks)
    assert max(loads) - min(loads) <= 1
    for agent, count in counts.items():
        met = Counter(chosen[one.key] for one in picks if one.agent == agent)
        assert len(met) == min(count, size)
        assert max(met.values()) - min(met[grader] for grader in graders) <= 1


small = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sets(st.sampled_from(GRADERS[:3]), max_size=2)),
    min_size=1,
    max_size=6,
)
earlier = st.dictionaries(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(GRADERS[:3])), st.integers(0, 3)
)


@settings(max_examples=150)
@given(small, earlier)
def test_no_assignment_is_more_even_than_the_one_found(
    wanted: list[tuple[str, set[str]]], already: dict[tuple[str, str], int]
) -> None:
    bars = {agent: frozenset(barred) for agent, barred in wanted}
    picks = [ToAssign(f"k{n}", agent, bars[agent]) for n, (agent, _) in enumerate(wanted)]
    graders = GRADERS[:3]
    found = rotate(graders, picks, already=already).graders
    assert all(found[one.key] not in one.barred for one in picks)
    options = [[grader for grader in graders if grader not in one.barred] for one in picks]
    best = min(
        spread_and_load(
            picks, dict(zip((one.key for one in picks), way, strict=True)), graders, already
        )
        for way in product(*options)
    )
    assert spread_and_load(picks, dict(found), graders, already) == best


def test_a_later_draw_goes_on_where_the_earlier_one_stopped() -> None:
    first = rotate(GRADERS[:3], picks_of({"A": 2}))
    met = {("A", grader): 1 for grader in first.graders.values()}
    second = rotate(GRADERS[:3], [ToAssign("import:late", "A")], already=met)
    assert second.graders["import:late"] not in first.graders.values()


def test_nobody_grades_an_own_conversation() -> None:
    picks = [ToAssign(f"k{number}", "A", frozenset({"qa1"})) for number in range(5)]
    assert "qa1" not in rotate(GRADERS, picks).graders.values()


def test_what_nobody_may_grade_is_said() -> None:
    barred = ToAssign("k1", "A", frozenset({"qa1"}))
    rotation = rotate(["qa1"], [barred, ToAssign("k2", "B")])
    assert rotation.unassignable == ("k1",)
    assert dict(rotation.graders) == {"k2": "qa1"}
    assert rotate([], [ToAssign("k2", "B")]).unassignable == ("k2",)


def test_the_same_input_gives_the_same_assignment_and_the_salt_shuffles_it() -> None:
    picks = picks_of(dict.fromkeys("ABCDEFGHIJ", 2))
    assert rotate(GRADERS, picks, salt="a") == rotate(GRADERS, picks, salt="a")
    assert rotate(GRADERS, picks, salt="a") != rotate(GRADERS, picks, salt="b")
