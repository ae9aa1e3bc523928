"""The document of a period, with means from a pocket calculator."""

from __future__ import annotations

import hashlib
import json
import random
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.figures import (
    CountedScore,
    build_figures,
    canonical_figures,
    compare_figures,
    figures,
    figures_digest,
    team_figures,
)


def row(
    agent: str, number: int, score: str | None, channel: str = "call", team: str | None = None
) -> CountedScore:
    value = None if score is None else Decimal(score)
    return CountedScore(agent, channel, str(number), f"import:{number}", value, team)


ROWS = [
    row("A002", 4, "70.00", team="T2"),
    row("A001", 3, "91.67", team="T1"),
    row("A001", 1, "86.50", team="T1"),
    row("A001", 2, "88.33", team="T2"),
    row("A001", 9, None, team="T1"),
    row("A001", 5, "60.00", "chat", team="T1"),
    row("A003", 6, None, "chat"),
]


def test_the_document_is_that_of_the_handbook() -> None:
    # (86.50 + 88.33 + 91.67) / 3 = 266.50 / 3 = 88.8333...
    assert build_figures("2026-11-H1", ROWS) == {
        "period": "2026-11-H1",
        "version": None,
        "digest": None,
        "figures": [
            {
                "agent": "A001",
                "channel": "call",
                "n": 3,
                "mean": "88.83",
                "evaluations": [
                    {"evaluation": "1", "conversation": "import:1", "score": "86.50"},
                    {"evaluation": "2", "conversation": "import:2", "score": "88.33"},
                    {"evaluation": "3", "conversation": "import:3", "score": "91.67"},
                    {"evaluation": "9", "conversation": "import:9", "score": None},
                ],
            },
            {
                "agent": "A001",
                "channel": "chat",
                "n": 1,
                "mean": "60.00",
                "evaluations": [{"evaluation": "5", "conversation": "import:5", "score": "60.00"}],
            },
            {
                "agent": "A002",
                "channel": "call",
                "n": 1,
                "mean": "70.00",
                "evaluations": [{"evaluation": "4", "conversation": "import:4", "score": "70.00"}],
            },
            {
                "agent": "A003",
                "channel": "chat",
                "n": 0,
                "mean": None,
                "evaluations": [{"evaluation": "6", "conversation": "import:6", "score": None}],
            },
        ],
    }


def test_a_figure_shows_the_division_that_made_it() -> None:
    first = figures(ROWS)[0]
    assert (first.total, first.n, first.mean) == (Decimal("266.50"), 3, Decimal("88.83"))
    assert len(first.scores) == 4


def test_the_order_of_the_rows_does_not_matter() -> None:
    shuffled = list(ROWS)
    random.Random(3).shuffle(shuffled)
    assert build_figures("2026-11-H1", shuffled) == build_figures("2026-11-H1", ROWS)


def test_the_digest_is_of_what_is_published_whatever_the_version() -> None:
    first = build_figures("2026-11-H1", ROWS, version=1)
    second = build_figures("2026-11-H1", ROWS, version=2)
    assert first["digest"] == second["digest"] == figures_digest(first)
    assert first["digest"] == hashlib.sha256(canonical_figures(first).encode()).hexdigest()
    assert set(json.loads(canonical_figures(first))) == {"period", "figures"}
    assert build_figures("2026-11-H2", ROWS, version=1)["digest"] != first["digest"]
    assert build_figures("2026-11-H1", ROWS[1:], version=1)["digest"] != first["digest"]


def test_the_canonical_text_is_sorted_dense_and_unescaped() -> None:
    one = CountedScore("甲", "call", "7", "import:七", Decimal("1.5"))
    assert canonical_figures(build_figures("2026-11-H1", [one])) == (
        '{"figures":[{"agent":"甲","channel":"call","evaluations":[{"conversation":"import:七",'
        '"evaluation":"7","score":"1.50"}],"mean":"1.50","n":1}],"period":"2026-11-H1"}'
    )


def test_a_team_has_what_was_scored_while_the_agent_was_in_it() -> None:
    found = {(one.team, one.channel): (one.n, one.mean) for one in team_figures(ROWS)}
    assert found == {
        ("T1", "call"): (2, Decimal("89.09")),  # (91.67 + 86.50) / 2 = 89.085
        ("T1", "chat"): (1, Decimal("60.00")),
        ("T2", "call"): (2, Decimal("79.17")),  # (70.00 + 88.33) / 2 = 79.165
    }


def test_a_restatement_shows_old_and_new_side_by_side() -> None:
    old = build_figures("2026-11-H1", ROWS, version=1)
    changed = [row("A002", 4, "75.00"), row("A004", 8, "50.00"), *ROWS[1:-1]]
    new = build_figures("2026-11-H1", changed, version=2)
    found = [(one.agent, one.before, one.after) for one in compare_figures(old, new)]
    assert found == [
        ("A002", (1, "70.00"), (1, "75.00")),
        ("A003", (0, None), None),
        ("A004", None, (1, "50.00")),
    ]
    assert compare_figures(old, old) == []


@given(st.lists(st.none() | st.integers(0, 10_000), max_size=30))
def test_a_mean_is_the_listed_scores_divided_by_their_number(values: list[int | None]) -> None:
    rows = [
        row("A", n, None if value is None else f"{value // 100}.{value % 100:02d}")
        for n, value in enumerate(values)
    ]
    document = build_figures("2026-11-H1", rows)
    present = [value for value in values if value is not None]
    if not values:
        assert document["figures"] == []
        return
    (figure,) = document["figures"]
    assert figure["n"] == len(present)
    assert len(figure["evaluations"]) == len(values)
    if not present:
        assert figure["mean"] is None
    else:
        expected = (2 * sum(present) + len(present)) // (2 * len(present))
        assert figure["mean"] == f"{expected // 100}.{expected % 100:02d}"
