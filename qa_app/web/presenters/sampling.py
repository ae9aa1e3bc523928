"""Turns plans, progress and strata into words and numbers of their pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from qa_app.domain.plan import PlanDefinition
from qa_app.queries.sampling_progress import AgentProgress, ChannelProgress

View = dict[str, Any]


def plan_facts(plan: PlanDefinition) -> list[tuple[str, str]]:
    """What a plan says, without its channels."""
    share = plan.second_grading * 100
    percent = f"{share:f}".rstrip("0").rstrip(".") if "." in f"{share:f}" else f"{share:f}"
    slices = ngettext("%(num)s slice", "%(num)s slices", plan.slices)
    due = (
        _("with the period")
        if plan.due_days is None
        else ngettext("%(num)s day after the draw", "%(num)s days after the draw", plan.due_days)
    )
    return [
        (_("Agents"), _agents(plan)),
        (_("Conversations"), _filters(plan.filters)),
        (_("Days of the half"), _("undivided") if plan.slices == 1 else slices),
        (_("Graders"), ", ".join(plan.graders) or _("all QA specialists")),
        (_("Graded twice"), f"{percent or '0'} %"),
        (_("Due"), due),
    ]


def _agents(plan: PlanDefinition) -> str:
    if plan.agents.everybody:
        return str(_("all"))
    return ", ".join(plan.agents.teams or plan.agents.employee_nos)


def _filters(filters: Mapping[str, Sequence[str]]) -> str:
    names = {
        "queue": _("queue"),
        "product": _("product"),
        "topic": _("topic"),
        "direction": _("direction"),
        "tags": _("tags"),
    }
    words = {"inbound": _("inbound"), "outbound": _("outbound")}
    parts = [
        f"{names[name]}: {', '.join(words.get(value, value) for value in values)}"
        for name, values in filters.items()
    ]
    return "; ".join(parts) or str(_("all of its channels"))


def progress_of(channel: ChannelProgress) -> View:
    """Drawn of planned and graded of drawn, with what the frames were too small for."""
    return {
        "channel": channel.channel,
        "quota": channel.quota,
        "agents": channel.agents,
        "planned": channel.planned,
        "drawn": channel.drawn,
        "graded": channel.graded,
        "owed": channel.owed,
    }


def agent_lines(plan: PlanDefinition, agents: Iterable[AgentProgress]) -> list[View]:
    """One line for each agent and channel; `missing` is how many picks are owed."""
    lines = []
    for agent in agents:
        for channel, rule in plan.channels.items():
            drawn, graded = agent.counts.get(channel.value, (0, 0))
            lines.append(
                {
                    "employee_no": agent.employee_no,
                    "name": agent.name,
                    "channel": channel.value,
                    "quota": rule.quota,
                    "drawn": drawn,
                    "graded": graded,
                    "missing": max(0, rule.quota - drawn),
                }
            )
    return lines


def chance(quota: int, frame_size: int) -> str:
    """The chance of being picked, in percent with two decimals; all of them is 100."""
    if frame_size == 0:
        return "–"
    hundredths = min(10_000, (quota * 20_000 // frame_size + 1) // 2)
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


def stratum_lines(rows: Iterable[Any], picks: Mapping[int, Sequence[Any]]) -> list[View]:
    """Strata with their picks, chance and shortfall."""
    return [
        {
            "id": row.id,
            "employee_no": row.employee_no,
            "name": row.name,
            "channel": row.channel,
            "slice": row.slice,
            "quota": row.quota,
            "frame_size": row.frame_size,
            "frame_digest": row.frame_digest,
            "chance": chance(row.quota, row.frame_size),
            "shortfall": max(0, row.quota - row.frame_size),
            "picks": picks.get(row.id, ()),
        }
        for row in rows
    ]
