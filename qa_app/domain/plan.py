"""Sampling plans: what a plan says, and everything that can be wrong with one (handbook 6)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from qa_app.domain.calendar import SHORTEST_HALF
from qa_app.domain.conversation import Channel, Direction
from qa_app.domain.definition_reader import DefinitionReader, join
from qa_app.domain.definition_source import (
    Branch,
    DefinitionProblem,
    Node,
    Scalar,
    UnreadableDefinition,
    read_definition,
)
from qa_app.domain.errors import InvalidInput
from qa_app.domain.people import EMPLOYEE_NO_PATTERN, LOGIN_PATTERN

PLAN_ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
SCORECARD_ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]*")
FILTERS = ("queue", "product", "topic", "direction", "tags")
QUOTA_MAX = 1000
DURATION_MAX_S = 86_400
DUE_DAYS_MAX = 366
DEFAULT_SECOND_GRADING = Decimal("0.05")
KNOWN_KEYS = (
    "id",
    "title",
    "channels",
    "agents",
    "filters",
    "slices",
    "graders",
    "second_grading",
    "due_days",
)


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """How one channel is sampled; `quota` is per agent and half, `scorecard` the id of a form."""

    scorecard: str
    quota: int
    min_duration_s: int = 0


@dataclass(frozen=True, slots=True)
class AgentChoice:
    """Whose conversations count: everybody's, or those of the teams or employee numbers named."""

    teams: tuple[str, ...] = ()
    employee_nos: tuple[str, ...] = ()

    @property
    def everybody(self) -> bool:
        return not self.teams and not self.employee_nos


@dataclass(frozen=True, slots=True)
class PlanDefinition:
    """A sampling plan. A conversation passes a filter with any of the values listed for it.

    `graders` empty: every specialist. `due_days` None: due with the period.
    """

    id: str
    title: Mapping[str, str]
    channels: Mapping[Channel, ChannelRule]
    agents: AgentChoice = AgentChoice()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slices: int = 1
    graders: tuple[str, ...] = ()
    second_grading: Decimal = DEFAULT_SECOND_GRADING
    due_days: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The canonical form: defaults filled in, absent optional keys left out."""
        whole = self.second_grading == self.second_grading.to_integral_value()
        document: dict[str, Any] = {
            "id": self.id,
            "title": dict(self.title),
            "channels": {
                channel.value: {
                    "scorecard": rule.scorecard,
                    "quota": rule.quota,
                    "min_duration_s": rule.min_duration_s,
                }
                for channel, rule in self.channels.items()
            },
            "agents": self._agents(),
            "filters": {name: list(values) for name, values in self.filters.items()},
            "slices": self.slices,
            "second_grading": int(self.second_grading) if whole else float(self.second_grading),
        }
        if self.graders:
            document["graders"] = list(self.graders)
        if self.due_days is not None:
            document["due_days"] = self.due_days
        return document

    def _agents(self) -> str | dict[str, list[str]]:
        if self.agents.everybody:
            return "all"
        if self.agents.teams:
            return {"teams": list(self.agents.teams)}
        return {"employee_no": list(self.agents.employee_nos)}

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in lower-case hex: the identity of a version."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def load_plan(source: Path | str | Mapping[str, Any]) -> PlanDefinition:
    """Read a plan from a file, a text or its own `to_dict()`.

    Raises InvalidInput with everything that is wrong with it.
    """
    plan, problems = _read(source)
    if plan is None:
        raise InvalidInput(
            [problem.as_problem() for problem in problems], "This is not a valid sampling plan."
        )
    return plan


def check_plan(source: Path | str | Mapping[str, Any]) -> list[DefinitionProblem]:
    """Everything that is wrong with a plan, with path and line; an empty list where nothing is.

    Whether its forms, teams, people and logins exist is for those to say who know the site.
    """
    return _read(source)[1]


def _read(
    source: Path | str | Mapping[str, Any],
) -> tuple[PlanDefinition | None, list[DefinitionProblem]]:
    try:
        root = read_definition(source)
    except UnreadableDefinition as error:
        return None, [error.problem]
    reader = DefinitionReader()
    found = reader.mapping(root, "", KNOWN_KEYS, ("id", "title", "channels"))
    values: dict[str, Any] = {name: READERS[name](reader, node) for name, node in found.items()}
    problems = sorted(reader.problems, key=lambda one: one.line or 0)
    return (None if problems else PlanDefinition(**values)), problems


def _channels(reader: DefinitionReader, node: Node) -> Mapping[Channel, ChannelRule]:
    path = "channels"
    found = reader.mapping(node, path, tuple(Channel))
    if isinstance(node, Branch) and not node.entries:
        reader.report("no_channel", path, node.line, "A plan has at least one channel.")
    rules = {
        Channel(name): _channel_rule(reader, value, join(path, name))
        for name, value in found.items()
    }
    return {channel: rules[channel] for channel in Channel if channel in rules}


def _channel_rule(reader: DefinitionReader, node: Node, path: str) -> ChannelRule:
    required = ("scorecard", "quota")
    found = reader.mapping(node, path, (*required, "min_duration_s"), required)
    scorecard, quota, shortest = "", 0, 0
    if "scorecard" in found:
        here = join(path, "scorecard")
        scorecard = reader.text(found["scorecard"], here, SCORECARD_ID_PATTERN) or ""
    if "quota" in found:
        quota = reader.whole(found["quota"], join(path, "quota"), 1, QUOTA_MAX) or 0
    if "min_duration_s" in found:
        here = join(path, "min_duration_s")
        shortest = reader.whole(found["min_duration_s"], here, 0, DURATION_MAX_S) or 0
    return ChannelRule(scorecard, quota, shortest)


def _agents(reader: DefinitionReader, node: Node) -> AgentChoice:
    path = "agents"
    if isinstance(node, Scalar):
        if node.text != "all":
            message = "Write all, or a mapping with teams or employee_no."
            reader.report("unknown_value", path, node.line, message)
        return AgentChoice()
    found = reader.mapping(node, path, ("teams", "employee_no"))
    if len(found) != 1 and isinstance(node, Branch):
        reader.report("one_choice", path, node.line, "Name either teams or employee_no.")
    return AgentChoice(
        reader.texts(found["teams"], "agents.teams") if "teams" in found else (),
        reader.texts(found["employee_no"], "agents.employee_no", pattern=EMPLOYEE_NO_PATTERN)
        if "employee_no" in found
        else (),
    )


def _filters(reader: DefinitionReader, node: Node) -> Mapping[str, tuple[str, ...]]:
    found = reader.mapping(node, "filters", FILTERS)
    return {
        name: reader.texts(
            found[name],
            f"filters.{name}",
            choices=tuple(Direction) if name == "direction" else None,
        )
        for name in FILTERS
        if name in found
    }


READERS: Mapping[str, Any] = {
    "id": lambda reader, node: reader.text(node, "id", PLAN_ID_PATTERN),
    "title": lambda reader, node: reader.title(node, "title"),
    "channels": _channels,
    "agents": _agents,
    "filters": _filters,
    "slices": lambda reader, node: reader.whole(node, "slices", 1, SHORTEST_HALF),
    "graders": lambda reader, node: reader.texts(node, "graders", pattern=LOGIN_PATTERN),
    "second_grading": lambda reader, node: reader.number(
        node, "second_grading", Decimal(0), Decimal(1)
    ),
    "due_days": lambda reader, node: reader.whole(node, "due_days", 0, DUE_DAYS_MAX),
}
