"""Half-month figures: which score counts where, as the document that is published (handbook 1 §3).

The document is what `period figures --json` prints (handbook 3 §6).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import reduce
from itertools import groupby
from typing import Any

from qa_app.domain.averages import mean_of_total, round_half_up

EXACT = Context(prec=100)


@dataclass(frozen=True, slots=True)
class CountedScore:
    """The score in force of a random pick's first grading; None where the form gave no score."""

    agent: str
    channel: str
    evaluation: str
    conversation: str
    score: Decimal | None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with everything beneath it: `mean` = `total` / `n`, rounded half up to 2 decimals."""

    agent: str
    channel: str
    n: int
    total: Decimal
    mean: Decimal | None
    scores: tuple[CountedScore, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "agent": self.agent,
            "channel": self.channel,
            "n": self.n,
            "mean": _text(self.mean),
            "evaluations": [
                {
                    "evaluation": one.evaluation,
                    "conversation": one.conversation,
                    "score": _text(one.score),
                }
                for one in self.scores
            ],
        }


@dataclass(frozen=True, slots=True)
class TeamFigure:
    """The mean of what counted while the agents were in the team."""

    team: str
    channel: str
    n: int
    total: Decimal
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class FigureChange:
    """What a restatement changed for an agent and channel: (n, mean) before and after."""

    agent: str
    channel: str
    before: tuple[int, str | None] | None
    after: tuple[int, str | None] | None


def figures(rows: Iterable[CountedScore]) -> list[Figure]:
    """One figure per agent and channel, in order of agent, channel, conversation, evaluation.

    An evaluation without a score is listed, but is neither in `n` nor in the mean.
    """
    ordered = sorted(
        rows, key=lambda row: (row.agent, row.channel, row.conversation, row.evaluation)
    )
    return [
        _figure(agent, channel, tuple(group))
        for (agent, channel), group in groupby(ordered, lambda row: (row.agent, row.channel))
    ]


def team_figures(rows: Iterable[CountedScore]) -> list[TeamFigure]:
    """One figure per team and channel; scores outside any team are left out."""
    placed = [(row.team, row.channel, row.score) for row in rows if row.team is not None]
    results = []
    for team, channel in sorted({(team, channel) for team, channel, _ in placed}):
        scores = [one[2] for one in placed if one[:2] == (team, channel) and one[2] is not None]
        total = _total(scores)
        results.append(
            TeamFigure(team, channel, len(scores), total, mean_of_total(total, len(scores)))
        )
    return results


def build_figures(
    period: str,
    rows: Iterable[CountedScore],
    *,
    version: int | None = None,
) -> dict[str, Any]:
    """The document of a period; without a version it is provisional and carries no digest."""
    listed = [figure.to_dict() for figure in figures(rows)]
    document = {"period": period, "version": version, "digest": None, "figures": listed}
    if version is not None:
        document["digest"] = figures_digest(document)
    return document


def canonical_json(document: object) -> str:
    """Keys sorted, no spaces, no escapes: the same text for the same content."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_figures(document: Mapping[str, Any]) -> str:
    """The text that a publication keeps and signs: period and figures, without version, digest.

    Publishing again without a change gives the same text.
    """
    return canonical_json({"period": document["period"], "figures": document["figures"]})


def figures_digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over `canonical_figures`, in lower-case hex."""
    return hashlib.sha256(canonical_figures(document).encode()).hexdigest()


def compare_figures(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FigureChange]:
    """The agents and channels whose n or mean differ between two documents of a period."""
    before, after = _by_agent_and_channel(old), _by_agent_and_channel(new)
    return [
        FigureChange(*key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _figure(agent: str, channel: str, rows: tuple[CountedScore, ...]) -> Figure:
    scores = [row.score for row in rows if row.score is not None]
    total = _total(scores)
    return Figure(agent, channel, len(scores), total, mean_of_total(total, len(scores)), rows)


def _total(scores: Iterable[Decimal]) -> Decimal:
    """The exact sum of scores of 2 decimals, whatever the context of decimal says."""
    return round_half_up(reduce(EXACT.add, scores, Decimal(0)))


def _by_agent_and_channel(
    document: Mapping[str, Any],
) -> dict[tuple[str, str], tuple[int, str | None]]:
    return {(one["agent"], one["channel"]): (one["n"], one["mean"]) for one in document["figures"]}


def _text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    return f"{value if value.as_tuple().exponent == -2 else round_half_up(value):f}"
