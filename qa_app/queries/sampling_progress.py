"""How far a plan has come in a half: drawn and graded, in all and agent by agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from qa_app.domain.assignment import AssignmentKind, AssignmentState
from qa_app.domain.calendar import Period, conversation_dates
from qa_app.domain.plan import PlanDefinition
from qa_app.models import (
    Assignment,
    Draw,
    Membership,
    PeriodSeed,
    Person,
    Pick,
    Plan,
    Stratum,
    Team,
)
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import visible_people


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """One channel of a plan in a half; `owed` are picks that the frames were too small for."""

    channel: str
    quota: int
    agents: int
    drawn: int
    graded: int

    @property
    def planned(self) -> int:
        return self.quota * self.agents

    @property
    def owed(self) -> int:
        return max(0, self.planned - self.drawn)


@dataclass(frozen=True, slots=True)
class AgentProgress:
    """One agent of a plan in a half: (drawn, graded) by channel."""

    employee_no: str
    name: str
    counts: dict[str, tuple[int, int]]


def channel_progress(ctx: Context, plan: PlanDefinition, period: Period) -> list[ChannelProgress]:
    """Quota, drawn and graded of each channel, over the agents whom the actor may know."""
    require(ctx.actor, Permission.PLAN_READ)
    counted = _counts(ctx, plan, period).group_by(Stratum.channel)
    rows = {row.channel: row for row in ctx.session.execute(counted)}
    found = []
    for channel, rule in plan.channels.items():
        row = rows.get(channel.value)
        numbers = (row.agents, row.drawn, row.graded) if row else (0, 0, 0)
        found.append(ChannelProgress(channel.value, rule.quota, *numbers))
    return found


def agents_of_plan(ctx: Context, plan: PlanDefinition, period: Period) -> int:
    """How many agents a plan speaks of in a half, of those whom the actor may know."""
    require(ctx.actor, Permission.PLAN_READ)
    statement = select(func.count()).select_from(Person).where(*_in_plan(ctx, plan, period))
    return ctx.session.execute(statement).scalar_one()


def agent_progress(
    ctx: Context, plan: PlanDefinition, period: Period, *, after: str = "", limit: int = 50
) -> list[AgentProgress]:
    """Drawn and graded of each agent of a plan, by employee number, from the one after `after`."""
    require(ctx.actor, Permission.PLAN_READ)
    people = ctx.session.execute(
        select(Person.id, Person.employee_no, Person.name)
        .where(Person.employee_no > after, *_in_plan(ctx, plan, period))
        .order_by(Person.employee_no)
        .limit(limit)
    ).all()
    counted = (
        _counts(ctx, plan, period)
        .add_columns(Stratum.agent_id)
        .where(Stratum.agent_id.in_([person.id for person in people]))
        .group_by(Stratum.agent_id, Stratum.channel)
    )
    counts: dict[int, dict[str, tuple[int, int]]] = {}
    for row in ctx.session.execute(counted):
        counts.setdefault(row.agent_id, {})[row.channel] = (row.drawn, row.graded)
    return [
        AgentProgress(person.employee_no, person.name, counts.get(person.id, {}))
        for person in people
    ]


def _counts(ctx: Context, plan: PlanDefinition, period: Period) -> Any:
    """Picks that stand, and those whose conversation has a submitted random evaluation."""
    graded = exists(
        select(Assignment.id).where(
            Assignment.conversation_id == Pick.conversation_id,
            Assignment.period == str(period),
            Assignment.kind == AssignmentKind.RANDOM,
            Assignment.state == AssignmentState.SUBMITTED,
        )
    )
    return (
        select(
            Stratum.channel,
            func.count(Stratum.agent_id.distinct()).label("agents"),
            func.count(Pick.id).label("drawn"),
            func.sum(case((graded, 1), else_=0)).label("graded"),
        )
        .select_from(PeriodSeed)
        .join(Draw, Draw.seed_id == PeriodSeed.id)
        .join(Stratum, Stratum.draw_id == Draw.id)
        .join(Person, Person.id == Stratum.agent_id)
        .outerjoin(Pick, and_(Pick.stratum_id == Stratum.id, Pick.replaced_at.is_(None)))
        .where(
            PeriodSeed.period == str(period),
            PeriodSeed.plan_id == _plan_id(plan),
            visible_people(ctx.actor),
        )
    )


def _plan_id(plan: PlanDefinition) -> Any:
    return select(Plan.id).where(Plan.slug == plan.id).scalar_subquery()


def _in_plan(ctx: Context, plan: PlanDefinition, period: Period) -> list[ColumnElement[bool]]:
    """People whom the plan speaks of: members of a team in the half who did not lead it."""
    first, last = conversation_dates(period, ctx.settings.lag_days)
    member = (
        select(Membership.id)
        .join(Team, Team.id == Membership.team_id)
        .where(
            Membership.person_id == Person.id,
            Membership.is_lead.is_(False),
            Membership.from_date <= last,
            or_(Membership.to_date.is_(None), Membership.to_date >= first),
        )
    )
    if plan.agents.teams:
        member = member.where(Team.code.in_(plan.agents.teams))
    conditions: list[ColumnElement[bool]] = [exists(member), visible_people(ctx.actor)]
    if plan.agents.employee_nos:
        conditions[0] = Person.employee_no.in_(plan.agents.employee_nos)
    return conditions


def periods_of_plans(ctx: Context, limit: int = 48) -> list[str]:
    """Halves that any plan has a seed for, newest first."""
    require(ctx.actor, Permission.PLAN_READ)
    statement = select(PeriodSeed.period).distinct().order_by(PeriodSeed.period.desc()).limit(limit)
    return list(ctx.session.scalars(statement))
